package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * The settings of a {@link BatchLoop}.
 *
 * @param batchSize records in a full batch
 * @param flushAfter longest time that the first record of a batch waits for more
 * @param failuresInARow consecutive records failing alone at which the stage assumes a broken environment and stops
 * @param closeWithin longest time that a close waits for the current batch
 */
public record BatchSettings(int batchSize, Duration flushAfter, int failuresInARow, Duration closeWithin) {
    /** The defaults. */
    public BatchSettings() {
        this(16, Duration.ofMillis(200), 50, Duration.ofSeconds(30));
    }

    public BatchSettings {
        Checks.between("batch-size", batchSize, 1, 4096);
        Checks.atLeast("flush-after", flushAfter.toMillis(), 0);
        Checks.atLeast("failures-in-a-row", failuresInARow, 1);
        Checks.positive("close-within", closeWithin);
    }
}
