package dev.latentstream.models;

/**
 * A learning rate that rises linearly, stays, and falls linearly over the last fourth of the run: a run that turns out too
 * short can go on from its plateau.
 *
 * @param peak the greatest rate
 * @param warmUp steps until the peak
 * @param steps length of the run
 */
record TrapezoidRate(double peak, long warmUp, long steps) {
    private static final double FALLING_SHARE = 0.25;
    private static final double FLOOR = 0.01; // of the peak

    TrapezoidRate {
        if (!(peak > 0) || warmUp < 0 || steps < 1) {
            throw new IllegalArgumentException("rate %s, %d steps of warm-up, %d steps".formatted(peak, warmUp, steps));
        }
    }

    /** The rate of a step, counted from 0. */
    double at(long step) {
        double risen = Math.min(1, (step + 1.0) / (warmUp + 1.0));
        double left = (steps - step) / (FALLING_SHARE * steps);
        return peak * risen * Math.min(1, Math.max(FLOOR, left));
    }
}
