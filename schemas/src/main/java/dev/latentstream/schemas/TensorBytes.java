package dev.latentstream.schemas;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;

/** Conversion between the elements of a tensor and the little-endian bytes of a record. */
public final class TensorBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private TensorBytes() {}

    /** Encodes the elements in this type, rounded to nearest, ties to even. The result is positioned for reading. */
    public static ByteBuffer encode(float[] values, TensorType type) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, bytesPerElement(type)));
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT16 -> {
                for (float value : values) {
                    bytes.putShort(Float16.of(value));
                }
            }
            case BFLOAT16 -> {
                for (float value : values) {
                    bytes.putShort(BFloat16.of(value));
                }
            }
            case FLOAT32 -> {
                for (float value : values) {
                    bytes.putFloat(value);
                }
            }
        }
        return bytes.flip();
    }

    /** Decodes the elements in a buffer's remaining bytes; its byte order is ignored and its position unchanged. */
    public static float[] decode(ByteBuffer bytes, TensorType type) {
        float[] values = new float[bytes.remaining() / bytesPerElement(type)];
        decode(bytes, type, values, 0);
        return values;
    }

    /**
     * Decodes the elements in a buffer's remaining bytes into a part of an array; the buffer's byte order is ignored and its position
     * unchanged.
     *
     * @param at index of the first element in the array
     */
    public static void decode(ByteBuffer bytes, TensorType type, float[] values, int at) {
        int size = bytesPerElement(type);
        if (bytes.remaining() % size != 0) {
            throw new IllegalArgumentException(
                    "%d bytes are not a multiple of the %d of a %s".formatted(bytes.remaining(), size, type));
        }
        int count = bytes.remaining() / size;
        Objects.checkFromIndexSize(at, count, values.length);
        ByteBuffer littleEndian = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT16 -> Float16.toFloats(littleEndian.asShortBuffer(), values, at);
            case BFLOAT16 -> {
                ShortBuffer halves = littleEndian.asShortBuffer();
                for (int i = 0; i < count; i++) {
                    values[at + i] = BFloat16.toFloat(halves.get(i));
                }
            }
            case FLOAT32 -> {
                FloatBuffer floats = littleEndian.asFloatBuffer();
                floats.get(values, at, count);
            }
        }
    }

    /** Returns the index of the first element that is infinite or not a number, -1 if all are finite. */
    public static int firstNonFinite(ByteBuffer bytes, TensorType type) {
        ByteBuffer littleEndian = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        int size = bytesPerElement(type);
        int longs = littleEndian.limit() / Long.BYTES;
        boolean areFinite =
                bytes.hasArray() && areFinite(bytes.array(), bytes.arrayOffset() + bytes.position(), longs, type);
        for (int i = areFinite ? longs * Long.BYTES / size : 0; i < littleEndian.limit() / size; i++) {
            long element = size == Short.BYTES ? littleEndian.getShort(i * size) : littleEndian.getInt(i * size);
            long exponent = exponents(type) & ((1L << (8 * size)) - 1);
            if ((element & exponent) == exponent) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Looks at eight bytes at a time, without a branch for each: an element is not finite if all bits of its exponent are set, and then one
     * more carries into the place of its sign.
     */
    private static boolean areFinite(byte[] array, int from, int longs, TensorType type) {
        long exponents = exponents(type);
        long ones = exponents & ~(exponents << 1); // the lowest bit of each exponent
        long signs = (exponents << 1) & ~exponents;
        long carries = 0;
        for (int at = from; at < from + longs * Long.BYTES; at += Long.BYTES) {
            carries |= ((long) LONGS.get(array, at) & exponents) + ones;
        }
        return (carries & signs) == 0;
    }

    /** Returns the bits of the exponents in eight bytes. */
    private static long exponents(TensorType type) {
        return switch (type) {
            case FLOAT16 -> 0x7c00_7c00_7c00_7c00L;
            case BFLOAT16 -> 0x7f80_7f80_7f80_7f80L;
            case FLOAT32 -> 0x7f80_0000_7f80_0000L;
        };
    }

    /** Bytes that one element takes. */
    public static int bytesPerElement(TensorType type) {
        return switch (type) {
            case FLOAT16, BFLOAT16 -> Short.BYTES;
            case FLOAT32 -> Float.BYTES;
        };
    }
}
