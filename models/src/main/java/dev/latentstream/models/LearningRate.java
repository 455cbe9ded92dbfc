package dev.latentstream.models;

/**
 * A learning rate that rises evenly to its peak and stays there.
 *
 * @param warmUp steps of the rise; 0 for none
 */
public record LearningRate(double peak, int warmUp) {
    public LearningRate {
        if (!(peak > 0 && peak < 1)) {
            throw new IllegalArgumentException("learning rate %s is not between 0 and 1".formatted(peak));
        }
        if (warmUp < 0) {
            throw new IllegalArgumentException("%d steps of warm-up are fewer than 0".formatted(warmUp));
        }
    }

    /** Rate of a step; the first is step 0. */
    public double at(long step) {
        return step >= warmUp ? peak : peak * (step + 1) / warmUp;
    }
}
