package dev.latentstream.schemas;

import java.nio.ShortBuffer;

/**
 * Conversion between {@code float} and IEEE 754 binary16: one sign bit, five exponent bits (bias 15), ten fraction bits. Rounds to
 * nearest, ties to even; overflow gives infinity; NaN stays NaN. (Java has this since version 20.)
 */
final class Float16 {
    private static final int SIGN = 0x8000;
    private static final short INFINITY = 0x7c00;
    private static final int QUIET_NAN = 0x7e00;

    /** Fraction bits that binary16 lacks. */
    private static final int DROPPED = 13;

    /** Difference of the exponent biases, 127 - 15, in the position of binary16's exponent. */
    private static final int REBIAS = (127 - 15) << 10;

    /** Bits of 2^-14, the smallest normal binary16. */
    private static final int LEAST_NORMAL = 0x3880_0000;

    /** Bits of 65520, halfway between the largest finite binary16 (65504) and the next value after it. */
    private static final int OVERFLOW = 0x477f_f000;

    /** 2 to the difference of the exponent biases. */
    private static final float UNBIAS = 0x1p112f;

    private Float16() {}

    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & SIGN;
        int magnitude = bits & 0x7fff_ffff;
        if (magnitude > 0x7f80_0000) {
            return (short) (sign | QUIET_NAN | ((magnitude >>> DROPPED) & 0x1ff));
        }
        if (magnitude >= OVERFLOW) {
            return (short) (sign | INFINITY);
        }
        if (magnitude < LEAST_NORMAL) {
            // Floats near 0.5 are 2^-24 apart: the addition itself rounds to a multiple of the smallest subnormal.
            float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | (Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(0.5f)));
        }
        int even = (magnitude >>> DROPPED) & 1;
        int rounded = magnitude + (1 << (DROPPED - 1)) - 1 + even;
        return (short) (sign | ((rounded >>> DROPPED) - REBIAS));
    }

    static float toFloat(short half) {
        float scaled = scaled(half) * UNBIAS;
        return (half & 0x7fff) < INFINITY
                ? scaled
                : Float.intBitsToFloat(Float.floatToRawIntBits(scaled) | 0x7f80_0000); // not finite
    }

    /**
     * Converts all elements of a buffer. A feed converts thousands for each sample: a first loop without branches, a second one of
     * multiplications that the compiler makes vectors of.
     *
     * @param at index of the first element in the array
     */
    static void toFloats(ShortBuffer halves, float[] values, int at) {
        int count = halves.remaining();
        int carry = 0; // bit 15 is set if an element is not finite
        for (int i = 0; i < count; i++) {
            short half = halves.get(i);
            carry |= (half & 0x7fff) + (SIGN - INFINITY);
            values[at + i] = scaled(half);
        }
        for (int i = at; i < at + count; i++) {
            values[i] *= UNBIAS;
        }
        for (int i = 0; i < count && (carry & SIGN) != 0; i++) {
            values[at + i] = toFloat(halves.get(i));
        }
    }

    /** Returns the value over 2^112: its exponent and its fraction are in the places of a float's, also those of a subnormal one. */
    private static float scaled(short half) {
        return Float.intBitsToFloat(((half & 0x7fff) << DROPPED) | ((half & SIGN) << 16));
    }
}
