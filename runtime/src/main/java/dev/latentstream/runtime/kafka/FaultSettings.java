package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * The answers to faults of the cluster.
 *
 * @param patience longest time without an answer of the cluster, after which a stage, a source or a trainer that runs ends
 * @param skipLost whether a stage continues where records were deleted before it read them; otherwise it stops with their number
 */
public record FaultSettings(Duration patience, boolean skipLost) {
    /** The defaults. */
    public FaultSettings() {
        this(Duration.ofMinutes(5), false);
    }

    public FaultSettings {
        Checks.positive("patience", patience);
    }
}
