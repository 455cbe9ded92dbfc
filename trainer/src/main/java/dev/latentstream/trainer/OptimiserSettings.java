package dev.latentstream.trainer;

import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.runtime.settings.Checks;

/**
 * The optimiser (AdamW), its learning-rate schedule and the average of the weights.
 *
 * @param learningRate peak learning rate, after the warm-up
 * @param warmUp steps of linear warm-up
 * @param coolDown fraction of a run of known length, at its end, in which the rate decays
 * @param weightDecay decoupled weight decay, multiplied by the learning rate
 * @param maxNorm gradient norm above which gradients are clipped
 * @param averageDecay decay of the exponential moving average (EMA) of the weights, from which samples are drawn
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

    /** @param steps length of the run; 0 for no end */
    LearningRate rate(long steps) {
        return new LearningRate(learningRate, warmUp, steps, coolDown);
    }
}
