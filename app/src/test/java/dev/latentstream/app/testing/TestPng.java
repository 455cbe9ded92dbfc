package dev.latentstream.app.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Black PNG files of 8 bits of grey, chunk by chunk: sound ones and others that no encoder writes. */
public final class TestPng {
    /** The 8 bytes of the signature and the header chunk. */
    private static final int HEADER_END = 33;

    /** Columns and rows between the pixels of each pass of an interlaced file. */
    private static final int[][] ADAM7 = {{8, 8}, {8, 8}, {4, 8}, {4, 4}, {2, 4}, {2, 2}, {1, 2}};

    private TestPng() {}

    /** Returns a square file whose passes its decoder has to merge, which takes some seconds for 100 million pixels. */
    public static byte[] interlaced(int side) {
        if (side % 8 != 0) {
            throw new IllegalArgumentException("side %d is not a multiple of 8".formatted(side));
        }
        long zeros = 0;
        for (int[] pass : ADAM7) {
            zeros += (long) (side / pass[1]) * (1 + side / pass[0]);
        }
        return file(side, 1, zeros);
    }

    /** Returns a square file that inflates to so many zeros, whatever its size needs. */
    public static byte[] inflatingTo(int side, long zeros) {
        return file(side, 0, zeros);
    }

    private static byte[] file(int side, int interlacing, long zeros) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(side).putInt(side).put((byte) 8);
        header.put(12, (byte) interlacing);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.writeBytes(chunk("IHDR", header.array()));
        png.writeBytes(chunk("IDAT", deflated(zeros)));
        png.writeBytes(chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    private static byte[] deflated(long zeros) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
            for (long left = zeros; left > 0; left -= block.length) {
                deflated.write(block, 0, (int) Math.min(left, block.length));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return data.toByteArray();
    }

    /** Inserts a chunk after the header chunk. */
    public static byte[] withChunk(byte[] png, String type, byte[] data) {
        byte[] chunk = chunk(type, data);
        return ByteBuffer.allocate(png.length + chunk.length)
                .put(png, 0, HEADER_END)
                .put(chunk)
                .put(png, HEADER_END, png.length - HEADER_END)
                .array();
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] chunk = ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 checksum = new CRC32();
        checksum.update(chunk, 4, data.length + 4);
        ByteBuffer.wrap(chunk).putInt(data.length + 8, (int) checksum.getValue());
        return chunk;
    }
}
