package dev.latentstream.schemas;

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

    /** 2^-24, the smallest subnormal binary16. */
    private static final float LEAST = 0x1p-24f;

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
        int sign = (half & SIGN) << 16;
        int exponent = half & INFINITY;
        int fraction = half & 0x3ff;
        if (exponent == INFINITY) {
            return Float.intBitsToFloat(sign | 0x7f80_0000 | (fraction << DROPPED));
        }
        if (exponent == 0) {
            float magnitude = fraction * LEAST;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (((exponent | fraction) + REBIAS) << DROPPED));
    }
}
