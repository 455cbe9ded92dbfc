package dev.latentstream.scenes;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded random choices. Only {@link SplittableRandom#nextLong()} is used, whose sequence never changed between Java versions; the
 * rest is integer arithmetic.
 */
final class SeededRandom {
    // Odd, and unrelated to SplittableRandom's own increment, so that the sequences of two indices do not overlap.
    private static final long INDEX_STEP = 0xD1342543DE82EF95L;

    private final SplittableRandom random;

    SeededRandom(long seed, long index) {
        random = new SplittableRandom(new SplittableRandom(seed).nextLong() + index * INDEX_STEP);
    }

    /** Draws uniformly from 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) (((random.nextLong() >>> 33) * bound) >>> 31);
    }

    /** Draws uniformly from {@code least} to {@code most}, both inclusive. */
    int between(int least, int most) {
        return least + below(most - least + 1);
    }

    boolean inPercent(int percent) {
        return below(100) < percent;
    }

    <T> T oneOf(List<T> items) {
        return items.get(below(items.size()));
    }
}
