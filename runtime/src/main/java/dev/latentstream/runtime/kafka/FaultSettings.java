package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * The answers to faults of the cluster and to records that fail.
 *
 * @param patience longest time without an answer of the cluster or its schema registry, after which a stage, a source or a trainer that runs ends
 * @param skipLost whether a stage continues where records were deleted before it read them; otherwise it stops with their number
 * @param errorsTolerance which records that fail a stage sets aside
 */
public record FaultSettings(Duration patience, boolean skipLost, ErrorsTolerance errorsTolerance) {
    /** The defaults. */
    public FaultSettings() {
        this(Duration.ofMinutes(5), false, ErrorsTolerance.DATA);
    }

    public FaultSettings {
        Checks.positive("patience", patience);
    }
}
