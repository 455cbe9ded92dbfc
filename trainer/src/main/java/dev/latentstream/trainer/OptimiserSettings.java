package dev.latentstream.trainer;

import dev.latentstream.models.AdamW;
import dev.latentstream.models.Computation;
import dev.latentstream.models.DiffusionObjective;
import dev.latentstream.models.DiffusionTraining;
import dev.latentstream.models.LearningRate;
import dev.latentstream.runtime.Checks;

/**
 * How weights change.
 *
 * @param learningRate after the warm-up
 * @param warmUp steps in which the rate rises to it
 * @param weightDecay share of a weight that is lost a step, times the rate
 * @param maxNorm gradients of a greater norm are scaled down to it
 * @param averageDecay share of the past in the average of the weights, which samples come from
 */
public record OptimiserSettings(
        double learningRate, int warmUp, double weightDecay, double maxNorm, double averageDecay) {
    /** The defaults, for a small network and small batches. */
    public OptimiserSettings() {
        this(1e-3, 100, 0.01, 1.0, 0.999);
    }

    public OptimiserSettings {
        Checks.between("learning-rate", learningRate, 1e-9, 1);
        Checks.atLeast("warm-up", warmUp, 0);
        Checks.between("weight-decay", weightDecay, 0, 1);
        Checks.between("max-norm", maxNorm, 1e-6, 1e6);
        Checks.between("average-decay", averageDecay, 0, 0.999999);
    }

    DiffusionTraining.Config config(long seed, DiffusionObjective objective, Computation computation) {
        AdamW.Config standard = AdamW.Config.standard();
        AdamW.Config optimiser =
                new AdamW.Config(standard.beta1(), standard.beta2(), standard.eps(), weightDecay, maxNorm);
        return new DiffusionTraining.Config(seed, objective, rate(), optimiser, averageDecay, computation);
    }

    LearningRate rate() {
        return new LearningRate(learningRate, warmUp);
    }
}
