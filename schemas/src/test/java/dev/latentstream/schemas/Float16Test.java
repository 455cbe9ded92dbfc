package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Every value of binary16, and every point where the rounding changes from one value to the next. */
class Float16Test {
    private static final int FIRST_NOT_FINITE = 0x7c00;

    /** The value by IEEE 754's definition. */
    private static double defined(int half) {
        double sign = (half & 0x8000) == 0 ? 1 : -1;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * Math.scalb(fraction / 1024.0, -14)
                : sign * Math.scalb(1 + fraction / 1024.0, exponent - 15);
    }

    @Test
    void readsAllValues() {
        for (int half = 0; half < 0x10000; half++) {
            // compare() distinguishes -0 from 0 and treats all NaNs as equal
            assertThat(Double.compare(Float16.toFloat((short) half), defined(half)))
                    .as("0x%04x", half)
                    .isZero();
        }
    }

    @Test
    void manyAreReadAsEachOne() {
        ShortBuffer halves = ShortBuffer.allocate(0x10000);
        float[] values = new float[1 + 0x10000];
        for (int half = 0; half < 0x10000; half++) {
            halves.put((short) half);
        }

        Float16.toFloats(halves.flip(), values, 1);

        for (int half = 0; half < 0x10000; half++) {
            assertThat(Float.floatToRawIntBits(values[1 + half]))
                    .as("0x%04x", half)
                    .isEqualTo(Float.floatToRawIntBits(Float16.toFloat((short) half)));
        }
    }

    @Test
    void writesBackAllValuesThatAreNotNaN() {
        for (int half = 0; half < 0x10000; half++) {
            if (!Double.isNaN(defined(half))) {
                assertThat(Float16.of((float) defined(half))).as("0x%04x", half).isEqualTo((short) half);
            }
        }
    }

    @Test
    void roundsToTheNearestAndTiesToEvenBetweenAllNeighbours() {
        for (int low = 0; low < FIRST_NOT_FINITE; low++) {
            int high = low + 1; // after the last finite value, infinity
            double above = high == FIRST_NOT_FINITE ? 65536 : defined(high);
            float middle = (float) ((defined(low) + above) / 2); // 12 significant bits: exact
            int even = (low & 1) == 0 ? low : high;

            assertThat(Float16.of(middle)).as("tie above 0x%04x", low).isEqualTo((short) even);
            assertThat(Float16.of(Math.nextDown(middle))).as("below the tie").isEqualTo((short) low);
            assertThat(Float16.of(Math.nextUp(middle))).as("above the tie").isEqualTo((short) high);
            assertThat(Float16.of(-middle)).as("negative tie").isEqualTo((short) (even | 0x8000));
            assertThat(Float16.of(-Math.nextDown(middle))).isEqualTo((short) (low | 0x8000));
            assertThat(Float16.of(-Math.nextUp(middle))).isEqualTo((short) (high | 0x8000));
        }
    }

    @Test
    void overflowsToInfinityFromHalfAnUlpAboveTheGreatestValue() {
        assertThat(Float16.of(65504f)).isEqualTo((short) 0x7bff);
        assertThat(Float16.of(Math.nextDown(65520f))).isEqualTo((short) 0x7bff);
        assertThat(Float16.of(65520f)).isEqualTo((short) 0x7c00);
        assertThat(Float16.of(Float.MAX_VALUE)).isEqualTo((short) 0x7c00);
        assertThat(Float16.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
    }

    @Test
    void underflowsToASignedZero() {
        assertThat(Float16.of(Float.MIN_VALUE)).isEqualTo((short) 0);
        assertThat(Float16.of(-Float.MIN_VALUE)).isEqualTo((short) 0x8000);
        assertThat(Float16.of(-0f)).isEqualTo((short) 0x8000);
    }

    @Test
    void everyNaNStaysNaNWithItsSign() {
        for (int bits : new int[] {0x7fc0_0000, 0x7f80_0001, 0x7fff_ffff, 0xffc0_0000, 0xff80_0001}) {
            short half = Float16.of(Float.intBitsToFloat(bits));

            assertThat(Float16.toFloat(half)).as("0x%08x", bits).isNaN();
            assertThat(half < 0).isEqualTo(bits < 0);
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_20)
    void agreesWithJavasOwnConversion() throws ReflectiveOperationException {
        Method read = Float.class.getMethod("float16ToFloat", short.class);
        Method write = Float.class.getMethod("floatToFloat16", float.class);
        for (int half = 0; half < 0x10000; half++) {
            float value = (float) read.invoke(null, (short) half);
            assertThat(Float.compare(Float16.toFloat((short) half), value)).isZero();

            float beside = Float.intBitsToFloat(Float.floatToRawIntBits(value) + 0x0abc);
            if (!Float.isNaN(beside)) {
                assertThat(Float16.of(beside)).as("%a", beside).isEqualTo((short) write.invoke(null, beside));
            }
        }
    }
}
