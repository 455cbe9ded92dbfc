package dev.latentstream.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro's binary encoding and refuses any length beyond the rest of the payload: a corrupt record of twenty bytes that claims
 * an image of two gigabytes must not allocate two gigabytes.
 *
 * <p>An array with more elements than remaining bytes is refused too, although elements of type {@code null} take no bytes.
 */
final class BoundedDecoder extends Decoder {
    private final byte[] payload;
    private final int end; // in the array
    private final BinaryDecoder in;

    /**
     * Reads the remaining bytes of a buffer in Java's heap, whose position does not change.
     *
     * @param header bytes before the encoding
     */
    BoundedDecoder(ByteBuffer buffer, int header) {
        payload = buffer.array();
        end = buffer.arrayOffset() + buffer.limit();
        int start = buffer.arrayOffset() + buffer.position() + header;
        in = DecoderFactory.get().binaryDecoder(payload, start, end - start, null);
    }

    /** Returns whether the whole payload was read. */
    boolean isAtEnd() throws IOException {
        return in.isEnd();
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        int length = (int) bounded(in.readLong());
        int start = skip(length);
        return ByteBuffer.wrap(Arrays.copyOfRange(payload, start, start + length));
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return new Utf8(readString());
    }

    @Override
    public String readString() throws IOException {
        int length = (int) bounded(in.readLong());
        return new String(payload, skip(length), length, StandardCharsets.UTF_8);
    }

    @Override
    public long readArrayStart() throws IOException {
        return bounded(in.readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return bounded(in.arrayNext());
    }

    @Override
    public long skipArray() throws IOException {
        return bounded(in.skipArray());
    }

    @Override
    public long readMapStart() throws IOException {
        return bounded(in.readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return bounded(in.mapNext());
    }

    @Override
    public long skipMap() throws IOException {
        return bounded(in.skipMap());
    }

    /** Skips bytes, and returns the index of the first of them in the payload. */
    private int skip(int length) throws IOException {
        int start = end - in.inputStream().available();
        in.skipFixed(length);
        return start;
    }

    private long bounded(long count) throws IOException {
        int left = in.inputStream().available();
        if (count < 0 || count > left) {
            throw new EOFException("it has a length of %d with %d bytes left".formatted(count, left));
        }
        return count;
    }

    @Override
    public void readNull() throws IOException {
        in.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return in.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return in.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return in.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in.readDouble();
    }

    @Override
    public void skipString() throws IOException {
        in.skipString();
    }

    @Override
    public void skipBytes() throws IOException {
        in.skipBytes();
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        in.readFixed(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        in.skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return in.readEnum();
    }

    @Override
    public int readIndex() throws IOException {
        return in.readIndex();
    }
}
