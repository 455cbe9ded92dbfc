package dev.latentstream.ingest.image;

import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** BMP files put together field by field. */
final class TestBmps {
    private static final int FILE_HEADER = 14;

    private TestBmps() {}

    /** The properties of a file besides its pixels; masks are red, green, blue and, with a header from 56 bytes, alpha. */
    record Form(int header, int width, int height, int bits, int compression, List<Integer> masks) {
        Form(int header, int width, int height, int bits, int compression, int... masks) {
            this(
                    header,
                    width,
                    height,
                    bits,
                    compression,
                    Arrays.stream(masks).boxed().toList());
        }
    }

    static byte[] file(Form form, Color[] palette, byte[] pixels) {
        boolean core = form.header == 12;
        int masks = 4 * Math.max(0, form.masks.size() - Math.max(0, (form.header - 40) / 4)); // those after the header
        int colours = (core ? 3 : 4) * palette.length;
        int offset = FILE_HEADER + form.header + masks + colours;
        ByteBuffer bytes = ByteBuffer.allocate(offset + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 'B').put((byte) 'M').putInt(bytes.capacity()).putInt(0).putInt(offset);
        bytes.putInt(form.header);
        if (core) {
            bytes.putShort((short) form.width).putShort((short) form.height);
        } else {
            bytes.putInt(form.width).putInt(form.height);
        }
        bytes.putShort((short) 1).putShort((short) form.bits);
        if (!core) {
            bytes.putInt(form.compression)
                    .putInt(pixels.length)
                    .putInt(0)
                    .putInt(0)
                    .putInt(palette.length);
            bytes.putInt(0);
        }
        for (int mask : form.masks) {
            bytes.putInt(mask);
        }
        bytes.position(FILE_HEADER + form.header + masks);
        for (Color colour : palette) {
            bytes.put((byte) colour.getBlue()).put((byte) colour.getGreen()).put((byte) colour.getRed());
            bytes.put(new byte[core ? 0 : 1]);
        }
        return bytes.put(pixels).array();
    }

    static byte[] shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }

    static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
