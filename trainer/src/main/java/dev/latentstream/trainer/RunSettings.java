package dev.latentstream.trainer;

import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;

/**
 * The identity and the length of a training run.
 *
 * @param run name of the run: record key in ledger and metrics, suffix of the consumer group, name of its folder
 * @param folder parent of the runs' folders
 * @param seed determines initial weights, noise, order and captions
 * @param steps step at which the run ends; 0 for no end
 * @param batchSize samples per step
 * @param metricsEvery steps between two metrics records; losses are read from the device as often
 */
record RunSettings(String run, Path folder, long seed, long steps, int batchSize, int metricsEvery) {
    /** The defaults. */
    RunSettings() {
        this("run", Path.of("data", "training"), 1, 0, 32, 10);
    }

    RunSettings {
        if (!run.matches("[a-zA-Z0-9][a-zA-Z0-9-]{0,99}")) {
            throw new IllegalArgumentException("run \"%s\" is not 1 to 100 letters, digits and hyphens".formatted(run));
        }
        Checks.atLeast("steps", steps, 0);
        Checks.between("batch-size", batchSize, 1, 65_536);
        Checks.atLeast("metrics-every", metricsEvery, 1);
    }
}
