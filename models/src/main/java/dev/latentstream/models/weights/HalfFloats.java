package dev.latentstream.models.weights;

/** Conversions between 32-bit floats and the two 16-bit formats of checkpoints: IEEE 754 binary16 and bfloat16. */
final class HalfFloats {
    private HalfFloats() {}

    /** Binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. Exact. */
    static float fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }

    /** Rounds to the nearest half, ties to even; beyond its range to infinity. */
    static short toHalf(float value) {
        int bits = Float.floatToIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 65520f) { // halfway between the greatest half and the next power of two
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x1p-14f) { // subnormal: a multiple of 2^-24
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int rest = bits & 0x7fffffff;
        int odd = rest >> 13 & 1;
        int rounded = rest + 0xfff + odd; // a carry into the exponent is intended
        return (short) (sign | (rounded - (112 << 23)) >> 13); // 112: the difference of the biases
    }

    /** The upper half of a float. Exact. */
    static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Rounds to the nearest bfloat16, ties to even. */
    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >> 16 | 0x40); // stays a NaN, whatever is cut off
        }
        return (short) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
}
