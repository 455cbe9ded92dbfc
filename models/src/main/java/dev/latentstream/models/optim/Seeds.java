package dev.latentstream.models.optim;

import java.util.SplittableRandom;

/**
 * Random generators identified by their purpose, so that a resumed run draws what it would have drawn: no draw depends on how
 * often anything was drawn before.
 */
public final class Seeds {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /**
     * A generator that differs from those of all other seeds, purposes and positions.
     *
     * @param purpose what is drawn, for example {@code noise}
     * @param position for example step and sample
     */
    public static SplittableRandom random(long seed, String purpose, long... position) {
        long state = mixed(seed, purpose.hashCode()); // the hash of a string is the same on every Java
        for (long part : position) {
            state = mixed(state, part);
        }
        return new SplittableRandom(state);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mixed(long state, long part) {
        long z = state * GOLDEN + part + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
