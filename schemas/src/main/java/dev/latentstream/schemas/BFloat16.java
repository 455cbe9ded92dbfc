package dev.latentstream.schemas;

/**
 * Conversion between {@code float} and bfloat16, its upper half. Rounds to nearest, ties to even; overflow gives infinity; NaN
 * stays NaN.
 */
final class BFloat16 {
    /** Set in every NaN, so that a NaN whose payload is in the lower half does not become infinity. */
    private static final int QUIET = 0x0040;

    private BFloat16() {}

    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | QUIET);
        }
        int even = (bits >>> 16) & 1;
        return (short) ((bits + 0x7fff + even) >>> 16);
    }

    static float toFloat(short upperHalf) {
        return Float.intBitsToFloat(upperHalf << 16);
    }
}
