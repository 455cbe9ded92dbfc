package dev.latentstream.models.pretrain;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The settings of a pretraining run.
 *
 * @param seed of the weights and of everything random in training
 * @param steps length of the run
 * @param work folder of the run's state, from which a stopped run is resumed
 * @param stop asked before each step: whether to save the state and stop, even if steps are left
 * @param report called with the progress from time to time
 */
public record Pretraining(long seed, long steps, Path work, BooleanSupplier stop, Consumer<Progress> report) {
    /**
     * The progress of a run.
     *
     * @param loss mean since the last report
     * @param samplesPerSecond since the last report
     * @param measured metrics on held-out samples, as text
     */
    public record Progress(long step, long steps, double loss, double samplesPerSecond, String measured) {}

    public Pretraining {
        if (steps < 1) {
            throw new IllegalArgumentException("%d steps; at least 1 is needed".formatted(steps));
        }
    }
}
