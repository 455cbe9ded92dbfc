package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every value of bfloat16, and every point where the rounding changes from one value to the next. */
class BFloat16Test {
    private static final int FIRST_NOT_FINITE = 0x7f80;

    /** The value by definition: eight bits of exponent (bias 127), seven of fraction. */
    private static double defined(int bfloat) {
        double sign = (bfloat & 0x8000) == 0 ? 1 : -1;
        int exponent = (bfloat >> 7) & 0xff;
        int fraction = bfloat & 0x7f;
        if (exponent == 255) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * Math.scalb(fraction / 128.0, -126)
                : sign * Math.scalb(1 + fraction / 128.0, exponent - 127);
    }

    @Test
    void readsAllValues() {
        for (int bfloat = 0; bfloat < 0x10000; bfloat++) {
            assertThat(Double.compare(BFloat16.toFloat((short) bfloat), defined(bfloat)))
                    .as("0x%04x", bfloat)
                    .isZero();
        }
    }

    @Test
    void writesBackAllValuesThatAreNotNaN() {
        for (int bfloat = 0; bfloat < 0x10000; bfloat++) {
            if (!Double.isNaN(defined(bfloat))) {
                assertThat(BFloat16.of((float) defined(bfloat)))
                        .as("0x%04x", bfloat)
                        .isEqualTo((short) bfloat);
            }
        }
    }

    @Test
    void roundsToTheNearestAndTiesToEvenBetweenAllNeighbours() {
        for (int low = 0; low < FIRST_NOT_FINITE; low++) {
            int high = low + 1; // after the last finite value, infinity
            double above = high == FIRST_NOT_FINITE ? 0x1p128 : defined(high);
            float middle = (float) ((defined(low) + above) / 2); // nine significant bits: exact
            int even = (low & 1) == 0 ? low : high;

            assertThat(BFloat16.of(middle)).as("tie above 0x%04x", low).isEqualTo((short) even);
            assertThat(BFloat16.of(Math.nextDown(middle))).as("below the tie").isEqualTo((short) low);
            assertThat(BFloat16.of(Math.nextUp(middle))).as("above the tie").isEqualTo((short) high);
            assertThat(BFloat16.of(-middle)).as("negative tie").isEqualTo((short) (even | 0x8000));
            assertThat(BFloat16.of(-Math.nextDown(middle))).isEqualTo((short) (low | 0x8000));
            assertThat(BFloat16.of(-Math.nextUp(middle))).isEqualTo((short) (high | 0x8000));
        }
    }

    @Test
    void overflowsToInfinity() {
        assertThat(BFloat16.of(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
        assertThat(BFloat16.of(-Float.MAX_VALUE)).isEqualTo((short) 0xff80);
    }

    @Test
    void everyNaNStaysNaNWithItsSign() {
        for (int bits : new int[] {0x7fc0_0000, 0x7f80_0001, 0x7fff_ffff, 0xffc0_0000, 0xff80_0001}) {
            short bfloat = BFloat16.of(Float.intBitsToFloat(bits));

            assertThat(BFloat16.toFloat(bfloat)).as("0x%08x", bits).isNaN();
            assertThat(bfloat < 0).isEqualTo(bits < 0);
        }
    }
}
