package dev.latentstream.ingest.image;

import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes a TIFF file to 8 bits per sample: grey, BGR, BGRA or CMYK. */
final class TiffPixels {
    private final TiffFile tiff;
    private final TiffSegments segments;
    private final long[] colourMap;
    private final boolean alpha;
    private final int largest;
    private final long rowBytes;

    private TiffPixels(byte[] file) {
        tiff = new TiffFile(file);
        segments = new TiffSegments(file, tiff);
        colourMap = tiff.photometric == TiffFile.PALETTE ? eightBits(tiff.colourMap()) : new long[0];
        alpha = tiff.hasAlpha();
        largest = (1 << tiff.bits) - 1;
        rowBytes = tiff.rowBytes();
    }

    static Mat decode(byte[] file) {
        return new TiffPixels(file).decode();
    }

    private Mat decode() {
        Size image = tiff.size;
        Size segment = tiff.segment();
        int across = (image.width() + segment.width() - 1) / segment.width();
        int down = (image.height() + segment.height() - 1) / segment.height();
        int planes = tiff.planar ? tiff.samples : 1;
        if (planes > 1) {
            segments.requireCount(across * down * planes);
        }
        Mat pixels = Pixels.blank(image, tiff.channels());
        byte[] row = new byte[Math.multiplyExact(segment.width(), tiff.channels())];
        byte[][] data = new byte[planes][];
        for (int y = 0; y < down; y++) {
            int top = y * segment.height();
            int used = Math.min(segment.height(), image.height() - top);
            for (int x = 0; x < across; x++) {
                for (int plane = 0; plane < planes; plane++) {
                    data[plane] = segments.rows(
                            (plane * down + y) * across + x, tiff.tiled() ? segment.height() : used, used);
                }
                int left = x * segment.width();
                int columns = Math.min(segment.width(), image.width() - left);
                for (int i = 0; i < used; i++) {
                    convert(data, i, columns, row);
                    pixels.ptr(top + i, left).put(row, 0, columns * tiff.channels());
                }
            }
        }
        return pixels;
    }

    private void convert(byte[][] data, int y, int columns, byte[] row) {
        int channels = tiff.channels();
        int[] levels = new int[tiff.samples];
        for (int x = 0; x < columns; x++) {
            for (int sample = 0; sample < levels.length; sample++) {
                levels[sample] =
                        tiff.planar ? sample(data[sample], y, x) : sample(data[0], y, x * levels.length + sample);
            }
            put(levels, row, x * channels);
            if (alpha) {
                row[x * channels + 3] = (byte) level(levels[tiff.colourSamples()]);
            }
        }
    }

    /** Returns a sample of a row, which starts at a whole byte. */
    private int sample(byte[] rows, int y, int i) {
        long start = y * rowBytes;
        if (tiff.bits == 8) {
            return rows[(int) start + i] & 0xff;
        }
        if (tiff.bits == 16) {
            int at = (int) start + 2 * i;
            int low = tiff.littleEndian() ? 0 : 1;
            return (rows[at + low] & 0xff) | ((rows[at + 1 - low] & 0xff) << 8);
        }
        long bit = 8 * start + (long) i * tiff.bits; // from the highest bit, whatever the byte order
        int value = 0;
        for (int end = (int) ((bit + tiff.bits + 7) / 8), at = (int) (bit / 8); at < end; at++) {
            value = (value << 8) | (rows[at] & 0xff);
        }
        int surplus = (int) (8 - (bit + tiff.bits) % 8) % 8;
        return value >> surplus & largest;
    }

    private void put(int[] samples, byte[] row, int target) {
        switch (tiff.photometric) {
            case TiffFile.GREY_FROM_WHITE -> putGrey(255 - level(samples[0]), row, target);
            case TiffFile.GREY -> putGrey(level(samples[0]), row, target);
            case TiffFile.RGB -> putColours(level(samples[0]), level(samples[1]), level(samples[2]), row, target);
            case TiffFile.PALETTE -> {
                int colours = colourMap.length / 3;
                int index = Math.min(samples[0], colours - 1);
                putColours(
                        (int) colourMap[index],
                        (int) colourMap[colours + index],
                        (int) colourMap[2 * colours + index],
                        row,
                        target);
            }
            case TiffFile.LUMA_AND_CHROMA -> {
                row[target] = (byte) samples[0];
                row[target + 1] = (byte) samples[1];
                row[target + 2] = (byte) samples[2];
                JdkJpeg.yccToRgb(row, target);
                byte red = row[target];
                row[target] = row[target + 2];
                row[target + 2] = red;
            }
            default -> { // inks
                for (int ink = 0; ink < 4; ink++) {
                    row[target + ink] = (byte) level(samples[ink]);
                }
            }
        }
    }

    private void putGrey(int level, byte[] row, int target) {
        row[target] = (byte) level;
        if (alpha) {
            row[target + 1] = (byte) level;
            row[target + 2] = (byte) level;
        }
    }

    private static void putColours(int red, int green, int blue, byte[] row, int target) {
        row[target] = (byte) blue;
        row[target + 1] = (byte) green;
        row[target + 2] = (byte) red;
    }

    private int level(int sample) {
        return tiff.bits == 8 ? sample : (sample * 255 + largest / 2) / largest;
    }

    /** Some writers give colours of 8 bits where the standard has 16. */
    private long[] eightBits(long[] map) {
        if (map.length < 3L << tiff.bits) {
            throw BadImageException.damaged(
                    "%d numbers".formatted(map.length),
                    "" + (3L << tiff.bits),
                    "the palette of the TIFF file is too short");
        }
        boolean deep = false;
        for (long colour : map) {
            deep |= colour > 255;
        }
        long[] levels = map.clone();
        for (int i = 0; deep && i < levels.length; i++) {
            levels[i] >>= 8;
        }
        return levels;
    }
}
