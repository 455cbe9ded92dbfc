package dev.latentstream.models.optim;

/**
 * A learning rate that rises linearly to its peak, stays there, and falls linearly at the end: a run that turns out too short
 * can continue from its plateau.
 *
 * @param warmUp steps of the rise; 0 for none
 * @param steps length of the run; 0 for an open-ended run, whose rate never falls
 * @param coolDown share of the run in which the rate falls, to a hundredth of the peak
 */
public record LearningRate(double peak, long warmUp, long steps, double coolDown) {
    private static final double FLOOR = 0.01; // of the peak

    public LearningRate {
        if (!(peak > 0 && peak < 1)) {
            throw new IllegalArgumentException("learning rate %s is not between 0 and 1".formatted(peak));
        }
        if (warmUp < 0 || steps < 0) {
            throw new IllegalArgumentException(
                    "a warm-up of %d steps in a run of %d; neither may be below 0".formatted(warmUp, steps));
        }
        if (!(coolDown >= 0 && coolDown <= 1)) {
            throw new IllegalArgumentException("a cool-down of %s of a run is not between 0 and 1".formatted(coolDown));
        }
    }

    /** A rate that never falls. */
    public LearningRate(double peak, long warmUp) {
        this(peak, warmUp, 0, 0);
    }

    /** Rate of a step; the first is step 0. */
    public double at(long step) {
        double risen = step >= warmUp ? 1 : (step + 1.0) / warmUp;
        double falling = coolDown * steps;
        double left = falling > 0 ? Math.max(FLOOR, (steps - step) / falling) : 1;
        return peak * Math.min(risen, 1) * Math.min(left, 1);
    }
}
