package dev.latentstream.ingest.image;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** GIF files put together block by block, with literal codes only. */
final class TestGifs {
    static final byte[] TRAILER = {0x3b};

    /** Bits of a literal: enough for four colours. */
    private static final int LITERAL_BITS = 2;

    private TestGifs() {}

    /** Returns signature and screen, with a table of four colours. */
    static byte[] screen(int width, int height, int background, Color... colours) {
        return TestFiles.join(
                "GIF89a".getBytes(StandardCharsets.US_ASCII),
                shorts(width, height),
                new byte[] {(byte) (colours.length == 0 ? 0 : 0x81), (byte) background, 0},
                table(colours));
    }

    static byte[] table(Color... colours) {
        byte[] table = new byte[3 * colours.length];
        for (int i = 0; i < colours.length; i++) {
            table[3 * i] = (byte) colours[i].getRed();
            table[3 * i + 1] = (byte) colours[i].getGreen();
            table[3 * i + 2] = (byte) colours[i].getBlue();
        }
        return table;
    }

    /** Returns an image block at a place on the screen; the indices may be fewer or more than its pixels. */
    static byte[] image(int left, int top, int width, int height, int... indices) {
        return TestFiles.join(
                new byte[] {0x2c}, shorts(left, top, width, height), new byte[1], data(literals(indices)));
    }

    static byte[] interlacedImage(int width, int height, int... indices) {
        byte[] image = image(0, 0, width, height, indices);
        image[9] = 0x40;
        return image;
    }

    /** Returns code size and sub-blocks. */
    static byte[] data(byte[] codes) {
        return TestFiles.join(new byte[] {LITERAL_BITS, (byte) codes.length}, codes, new byte[1]);
    }

    /** Makes an index transparent in the image that follows. */
    static byte[] transparency(int index) {
        return new byte[] {0x21, (byte) 0xf9, 4, 1, 0, 0, (byte) index, 0};
    }

    static byte[] application(String name, byte[] data) {
        return TestFiles.join(
                new byte[] {0x21, (byte) 0xff, (byte) name.length()},
                name.getBytes(StandardCharsets.US_ASCII),
                new byte[] {(byte) data.length},
                data,
                new byte[1]);
    }

    /** Writes a clear code before every second literal, so that codes keep three bits. */
    private static byte[] literals(int... indices) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int pending = 0;
        int count = 0;
        for (int i = 0; i <= indices.length; i++) {
            int[] codes = i == indices.length
                    ? new int[] {5}
                    : i % 2 == 0 ? new int[] {4, indices[i]} : new int[] {indices[i]};
            for (int code : codes) {
                pending |= code << count;
                count += 3;
                while (count >= 8) {
                    bytes.write(pending);
                    pending >>= 8;
                    count -= 8;
                }
            }
        }
        bytes.write(pending);
        return bytes.toByteArray();
    }

    private static byte[] shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }
}
