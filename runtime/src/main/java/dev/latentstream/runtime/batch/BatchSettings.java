package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * How a {@link BatchLoop} forms batches.
 *
 * @param batchSize records in a full batch
 * @param flushAfter how long the first record of a batch waits for more
 * @param failuresInARow records in a row that may fail alone before the stage takes the world to be broken
 * @param closeWithin how long a close waits for the batch in hand
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
