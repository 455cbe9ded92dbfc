package dev.latentstream.trainer;

import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.runtime.settings.Checks;

/**
 * How weights change.
 *
 * @param learningRate after the warm-up
 * @param warmUp steps in which the rate rises to it
 * @param coolDown share of a run of known length, at its end, in which the rate falls
 * @param weightDecay share of a weight that is lost a step, times the rate
 * @param maxNorm gradients of a greater norm are scaled down to it
 * @param averageDecay share of the past in the average of the weights, which samples come from
 */
public record OptimiserSettings(
        double learningRate, int warmUp, double coolDown, double weightDecay, double maxNorm, double averageDecay) {
    /** The defaults, for a small network and small batches. */
    public OptimiserSettings() {
        this(1e-3, 100, 0.2, 0.01, 1.0, 0.999);
    }

    public OptimiserSettings {
        Checks.between("learning-rate", learningRate, 1e-9, 1);
        Checks.atLeast("warm-up", warmUp, 0);
        Checks.between("cool-down", coolDown, 0, 1);
        Checks.between("weight-decay", weightDecay, 0, 1);
        Checks.between("max-norm", maxNorm, 1e-6, 1e6);
        Checks.between("average-decay", averageDecay, 0, 0.999999);
    }

    AdamW.Config adamW() {
        AdamW.Config standard = AdamW.Config.standard();
        return new AdamW.Config(standard.beta1(), standard.beta2(), standard.eps(), weightDecay, maxNorm);
    }

    /** @param steps of the run; 0 for one without an end */
    LearningRate rate(long steps) {
        return new LearningRate(learningRate, warmUp, steps, coolDown);
    }
}
