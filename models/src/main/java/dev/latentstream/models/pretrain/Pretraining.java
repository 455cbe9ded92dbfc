package dev.latentstream.models.pretrain;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a pretraining run is given from outside.
 *
 * @param seed of the weights and of all that the training draws
 * @param steps length of the run
 * @param work folder of the run's state: a run that was stopped goes on from there
 * @param enough asked before each step: whether the run stops, its state saved, even if steps are left
 * @param report takes the progress, now and then
 */
public record Pretraining(long seed, long steps, Path work, BooleanSupplier enough, Consumer<Progress> report) {
    /**
     * How far a run is.
     *
     * @param loss mean since the last report
     * @param samplesPerSecond since the last report
     * @param measured figures on held-out samples, in words
     */
    public record Progress(long step, long steps, double loss, double samplesPerSecond, String measured) {}

    public Pretraining {
        if (steps < 1) {
            throw new IllegalArgumentException("%d steps; at least 1 is needed".formatted(steps));
        }
    }
}
