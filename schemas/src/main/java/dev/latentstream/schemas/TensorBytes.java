package dev.latentstream.schemas;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** Turns the elements of a tensor into the little-endian bytes that a record holds, and back. */
public final class TensorBytes {
    private TensorBytes() {}

    /** The elements in this type, rounded to nearest, ties to even. The result is ready to be read. */
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

    /** The elements of this type in the bytes that remain in the buffer, whose position and byte order play no part. */
    public static float[] decode(ByteBuffer bytes, TensorType type) {
        int size = bytesPerElement(type);
        if (bytes.remaining() % size != 0) {
            throw new IllegalArgumentException(
                    "%d bytes are not a multiple of the %d of a %s".formatted(bytes.remaining(), size, type));
        }
        float[] values = new float[bytes.remaining() / size];
        ByteBuffer littleEndian = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT16 -> {
                ShortBuffer halves = littleEndian.asShortBuffer();
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float16.toFloat(halves.get(i));
                }
            }
            case BFLOAT16 -> {
                ShortBuffer halves = littleEndian.asShortBuffer();
                for (int i = 0; i < values.length; i++) {
                    values[i] = BFloat16.toFloat(halves.get(i));
                }
            }
            case FLOAT32 -> {
                FloatBuffer floats = littleEndian.asFloatBuffer();
                floats.get(values);
            }
        }
        return values;
    }

    /** Bytes that one element takes. */
    public static int bytesPerElement(TensorType type) {
        return switch (type) {
            case FLOAT16, BFLOAT16 -> Short.BYTES;
            case FLOAT32 -> Float.BYTES;
        };
    }
}
