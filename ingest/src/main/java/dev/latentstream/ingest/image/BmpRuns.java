package dev.latentstream.ingest.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Decodes the run lengths of a BMP file with 4 or 8 bits per pixel. Pixels that a run has beyond the end of its row are dropped,
 * and pixels that are skipped have index 0.
 */
final class BmpRuns {
    private static final int END_OF_ROW = 0;
    private static final int END_OF_IMAGE = 1;
    private static final int DELTA = 2;

    private final ByteBuffer data;
    private final Size size;
    private final int bits;
    private final byte[] indices;
    private int x;
    private int y;

    BmpRuns(ByteBuffer data, Size size, int bits) {
        this.data = data.slice();
        this.size = size;
        this.bits = bits;
        this.indices = new byte[(int) size.pixels()];
    }

    /** Returns the indices row by row, in the order of the file. */
    byte[] indices() {
        try {
            while (y < size.height()) {
                int count = next();
                int code = next();
                if (count > 0) {
                    for (int i = 0; i < count; i++) {
                        put(bits == 8 ? code : i % 2 == 0 ? code >> 4 : code & 0xf);
                    }
                } else if (code == END_OF_IMAGE) {
                    return indices;
                } else {
                    escape(code);
                }
                if (y == size.height() - 1 && x >= size.width()) {
                    return indices; // some writers omit the end
                }
            }
            return indices;
        } catch (BufferUnderflowException cut) {
            throw BadImageException.damaged(
                    "row %d".formatted(y),
                    "%d rows".formatted(size.height()),
                    "the run lengths of the BMP file end early");
        }
    }

    private void escape(int code) {
        if (code == END_OF_ROW) {
            x = 0;
            y++;
        } else if (code == DELTA) {
            x += next();
            y += next();
        } else {
            putLiterals(code);
        }
    }

    /** Reads indices up to an even number of bytes. */
    private void putLiterals(int count) {
        int bytes = (count * bits + 7) / 8;
        for (int i = 0; i < bytes; i++) {
            int value = next();
            if (bits == 8) {
                put(value);
            } else {
                put(value >> 4);
                if (2 * i + 1 < count) {
                    put(value & 0xf);
                }
            }
        }
        if (bytes % 2 == 1) {
            next();
        }
    }

    private void put(int index) {
        if (x < size.width()) {
            indices[y * size.width() + x] = (byte) index;
        }
        x++;
    }

    private int next() {
        return data.get() & 0xff;
    }
}
