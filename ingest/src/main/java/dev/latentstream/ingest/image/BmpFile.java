package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.ingest.image.Layouts.Decoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Reads a BMP file of any version from OS/2 1.x to 5. Alpha counts only where a mask names it and some pixel is not fully
 * transparent, since most writers leave the fourth byte zero.
 */
final class BmpFile {
    private static final int FILE_HEADER = 14;
    private static final int CORE_HEADER = 12;
    private static final int INFO_HEADER = 40;
    private static final int MASKS = FILE_HEADER + INFO_HEADER;

    /** Headers of this size and above have a mask for alpha. */
    private static final int HEADER_WITH_ALPHA = 56;

    private static final int BITFIELDS = 3;
    private static final int ALPHA_BITFIELDS = 6;

    private final ByteBuffer bytes;
    private final int headerBytes;
    private final boolean topDown;
    private final Size size;
    private final int bits;
    private final int compression;
    private final Decoder decoder;

    private BmpFile(byte[] file) {
        bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        headerBytes = bytes.getInt(FILE_HEADER);
        boolean core = headerBytes == CORE_HEADER;
        long height = core ? bytes.getShort(20) & 0xffff : bytes.getInt(22);
        topDown = height < 0;
        size = Size.declared(core ? bytes.getShort(18) & 0xffff : bytes.getInt(18), Math.abs(height));
        bits = bytes.getShort(core ? 24 : 28) & 0xffff;
        compression = core ? 0 : bytes.getInt(30);
        decoder = Layouts.bmp(headerBytes, bits, compression);
    }

    static Header read(byte[] file) {
        BmpFile bmp = new BmpFile(file);
        return new Header(
                ImageFormat.BMP,
                bmp.size,
                1,
                new PixelLayout(
                        bmp.decoder,
                        Header.Samples.STRAIGHT,
                        4,
                        bmp.runLengths() ? bmp.size.pixels() : 0,
                        /* lossless */ true),
                Orientation.UPRIGHT,
                /* profile */ null,
                /* damage */ null);
    }

    /** Decodes to BGR, or to BGRA where the file has alpha. */
    static Mat decode(byte[] file) {
        BmpFile bmp = new BmpFile(file);
        if (bmp.bits <= 8) {
            return bmp.palettePixels();
        }
        return bmp.bits == 24 ? bmp.plainPixels() : bmp.maskedPixels();
    }

    private boolean runLengths() {
        return compression == 1 || compression == 2;
    }

    private Mat palettePixels() {
        byte[] colours = colours();
        byte[] runs = runLengths() ? new BmpRuns(bytes.position(offset()), size, bits).indices() : null;
        Mat pixels = Pixels.blank(size, 3);
        byte[] row = new byte[3 * size.width()];
        for (int y = 0; y < size.height(); y++) {
            int start = runs == null ? rowStart(y) : y * size.width();
            for (int x = 0; x < size.width(); x++) {
                int index = runs == null ? index(start, x) : runs[start + x] & 0xff;
                System.arraycopy(colours, 3 * index, row, 3 * x, 3);
            }
            putRow(pixels, y, row);
        }
        return pixels;
    }

    private int index(int rowStart, int x) {
        int bit = x * bits;
        int shift = 8 - bits - bit % 8;
        return (bytes.get(rowStart + bit / 8) & 0xff) >> shift & (1 << bits) - 1;
    }

    /** Returns the colour table, black where it has no entry. */
    private byte[] colours() {
        int entry = entryBytes();
        int start = FILE_HEADER + headerBytes;
        int room = (offset() - start) / entry;
        if (namedColours() > room) {
            throw BadImageException.damaged(
                    "%d colours".formatted(namedColours()),
                    "" + room,
                    "the pixels of the BMP file are in its colour table");
        }
        long count = Math.min(namedColours() == 0 ? 1 << bits : Math.min(namedColours(), 256), room);
        byte[] colours = new byte[3 * 256];
        for (int i = 0; i < count; i++) {
            bytes.get(start + i * entry, colours, 3 * i, 3);
        }
        return colours;
    }

    /** Returns the colours that the header says the table has; 0 for all that the bits of a pixel can name. */
    private long namedColours() {
        return headerBytes == CORE_HEADER ? 0 : Integer.toUnsignedLong(bytes.getInt(46));
    }

    private int entryBytes() {
        return headerBytes == CORE_HEADER ? 3 : 4;
    }

    private Mat plainPixels() {
        Mat pixels = Pixels.blank(size, 3);
        byte[] row = new byte[3 * size.width()];
        for (int y = 0; y < size.height(); y++) {
            bytes.get(rowStart(y), row);
            putRow(pixels, y, row);
        }
        return pixels;
    }

    private Mat maskedPixels() {
        Mask[] masks = masks();
        boolean alpha = masks[3].bits != 0 && anyOpaque(masks[3]);
        int channels = alpha ? 4 : 3;
        Mat pixels = Pixels.blank(size, channels);
        byte[] row = new byte[channels * size.width()];
        for (int y = 0; y < size.height(); y++) {
            int start = rowStart(y);
            for (int x = 0; x < size.width(); x++) {
                int value = value(start, x);
                for (int channel = 0; channel < channels; channel++) {
                    row[channels * x + channel] = masks[channel].level(value);
                }
            }
            putRow(pixels, y, row);
        }
        return pixels;
    }

    private int value(int rowStart, int x) {
        return bits == 16 ? bytes.getShort(rowStart + 2 * x) & 0xffff : bytes.getInt(rowStart + 4 * x);
    }

    private boolean anyOpaque(Mask alpha) {
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                if (alpha.level(value(rowStart(y), x)) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the masks of blue, green, red and alpha. */
    private Mask[] masks() {
        if (compression != BITFIELDS && compression != ALPHA_BITFIELDS) {
            return bits == 16
                    ? new Mask[] {new Mask(0x1f), new Mask(0x3e0), new Mask(0x7c00), new Mask(0)}
                    : new Mask[] {new Mask(0xff), new Mask(0xff00), new Mask(0xff0000), new Mask(0)};
        }
        boolean alpha = headerBytes >= HEADER_WITH_ALPHA || compression == ALPHA_BITFIELDS;
        Mask[] masks = {
            new Mask(bytes.getInt(MASKS + 8)),
            new Mask(bytes.getInt(MASKS + 4)),
            new Mask(bytes.getInt(MASKS)),
            new Mask(alpha ? bytes.getInt(MASKS + 12) : 0)
        };
        requireSeparate(masks);
        return masks;
    }

    private static void requireSeparate(Mask[] masks) {
        int taken = 0;
        for (Mask mask : masks) {
            if (!mask.contiguous() || (taken & mask.bits) != 0) {
                throw Layouts.unsupported(
                        "BMP",
                        "masks %08x, %08x, %08x, %08x"
                                .formatted(masks[2].bits, masks[1].bits, masks[0].bits, masks[3].bits),
                        "masks of neighbouring bits, each bit in one");
            }
            taken |= mask.bits;
        }
    }

    /** The bits of one colour in a pixel. */
    private record Mask(int bits) {
        boolean contiguous() {
            return Integer.bitCount(bits)
                            == Integer.SIZE - Integer.numberOfLeadingZeros(bits) - Integer.numberOfTrailingZeros(bits)
                    || bits == 0;
        }

        /** Returns the colour, scaled to 0 to 255 and rounded; 0 for a mask without bits. */
        byte level(int pixel) {
            if (bits == 0) {
                return 0;
            }
            int shift = Integer.numberOfTrailingZeros(bits);
            long largest = Integer.toUnsignedLong(bits >>> shift);
            long value = Integer.toUnsignedLong((pixel & bits) >>> shift);
            return (byte) ((value * 255 + largest / 2) / largest);
        }
    }

    /** Returns where the pixels start: after the colour table, if a writer gave the place where that starts. */
    private int offset() {
        long offset = Integer.toUnsignedLong(bytes.getInt(10));
        if (bits <= 8 && offset == FILE_HEADER + headerBytes) {
            offset += entryBytes() * (namedColours() == 0 ? 1 << bits : namedColours());
        }
        if (offset < FILE_HEADER + headerBytes || offset > bytes.limit()) {
            throw BadImageException.damaged(
                    "pixels at %d".formatted(offset),
                    "%d to %d".formatted(FILE_HEADER + headerBytes, bytes.limit()),
                    "the pixels of the BMP file are not in the file");
        }
        return (int) offset;
    }

    /** Returns where a row of the upright image starts; rows are padded to four bytes, and the last row comes first. */
    private int rowStart(int y) {
        long used = ((long) size.width() * bits + 7) / 8;
        long stride = (used + 3) / 4 * 4;
        long start = offset() + stride * (topDown ? y : size.height() - 1 - y);
        if (start + used > bytes.limit()) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(bytes.limit()),
                    "%d bytes".formatted(start + used),
                    "the BMP file ends before its last row");
        }
        return (int) start;
    }

    private void putRow(Mat pixels, int y, byte[] row) {
        int target = runLengths() && !topDown ? size.height() - 1 - y : y;
        pixels.ptr(target).put(row, 0, row.length);
    }
}
