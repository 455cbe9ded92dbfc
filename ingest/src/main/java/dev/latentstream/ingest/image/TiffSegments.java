package dev.latentstream.ingest.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses the strips or tiles of a TIFF file into plain rows of samples, and fails on damaged data. */
final class TiffSegments {
    private static final int BUFFER = 8192;

    /** Segments that are to be copied may have so many times the bytes of the file: some writers name the wrong sizes. */
    private static final long MAX_COPIES = 16;

    private final byte[] file;
    private final TiffFile tiff;
    private final long[] offsets;
    private final long[] byteCounts;
    private long copied;

    /** Pixels across and down that share their chroma. */
    private final int[] chroma;

    TiffSegments(byte[] file, TiffFile tiff) {
        this.file = file;
        this.tiff = tiff;
        this.offsets = tiff.offsets();
        this.byteCounts = tiff.byteCounts();
        this.chroma = tiff.chromaFactors();
    }

    /** Fails if there are more segments than the planes need: which plane one belongs to is unclear then. */
    void requireCount(int needed) {
        if (offsets.length > needed) {
            throw BadImageException.damaged(
                    "%d strips or tiles".formatted(offsets.length),
                    "" + needed,
                    "the TIFF file has too many strips or tiles for its size");
        }
    }

    /**
     * Returns the rows of one segment, without a predictor.
     *
     * @param rows rows that the segment has
     * @param used rows that the image shows; data may be missing after them
     */
    byte[] rows(int segment, int rows, int used) {
        if (tiff.compression == TiffFile.JPEG) {
            return jpegRows(segment, rows);
        }
        int rowBytes = (int) storedRowBytes();
        byte[] output = new byte[rowBytes * storedRows(rows)];
        int written = decompress(compressed(segment, output.length), output);
        int needed = rowBytes * storedRows(used);
        if (written < needed) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(written), "" + needed, "a strip or tile of the TIFF file is damaged");
        }
        if (tiff.predictor == 2 && tiff.compression != 1 && tiff.compression != 32773) {
            addDifferences(output, rowBytes);
        }
        return subsampled() ? withOwnChroma(output, rows) : output;
    }

    private boolean subsampled() {
        return tiff.photometric == TiffFile.LUMA_AND_CHROMA;
    }

    /** Luma and chroma are stored in units of some luma samples that share one pair of chroma (TIFF 6.0, section 21). */
    private long storedRowBytes() {
        return subsampled() ? (long) units(tiff.segment().width(), chroma[0]) * unitBytes() : tiff.rowBytes();
    }

    private int storedRows(int rows) {
        return subsampled() ? units(rows, chroma[1]) : rows;
    }

    private int unitBytes() {
        return chroma[0] * chroma[1] + 2;
    }

    private static int units(int length, int factor) {
        return (length + factor - 1) / factor;
    }

    /** Returns three samples per pixel; chroma is repeated. */
    private byte[] withOwnChroma(byte[] units, int rows) {
        int width = tiff.segment().width();
        byte[] samples = new byte[3 * width * rows];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < width; x++) {
                int unit = (y / chroma[1] * units(width, chroma[0]) + x / chroma[0]) * unitBytes();
                int target = 3 * (y * width + x);
                samples[target] = units[unit + y % chroma[1] * chroma[0] + x % chroma[0]];
                samples[target + 1] = units[unit + unitBytes() - 2];
                samples[target + 2] = units[unit + unitBytes() - 1];
            }
        }
        return samples;
    }

    /**
     * Returns the bytes of a segment in the file, the highest bit of each first. Sizes that are missing or zero reach to the end; plain
     * rows need none.
     */
    ByteBuffer compressed(int segment, int plainBytes) {
        if (segment >= offsets.length) {
            throw BadImageException.damaged(
                    "%d strips or tiles".formatted(offsets.length),
                    "more than %d".formatted(segment),
                    "the TIFF file lacks strips or tiles");
        }
        long offset = offsets[segment];
        long count = segment < byteCounts.length && byteCounts[segment] > 0 ? byteCounts[segment] : file.length;
        if (tiff.compression == 1) {
            count = plainBytes;
        }
        if (offset > file.length) {
            throw BadImageException.damaged(
                    "offset %d".formatted(offset), "" + file.length, "a strip or tile is not in the TIFF file");
        }
        ByteBuffer data = ByteBuffer.wrap(file).slice((int) offset, (int) Math.min(count, file.length - offset));
        boolean reversed = tiff.lowestBitFirst() && tiff.compression != TiffFile.JPEG;
        if (reversed || tiff.fax() || tiff.compression == TiffFile.JPEG) {
            requireFewCopies(data.limit());
        }
        return reversed ? reversed(data) : data;
    }

    /** Thousands of segments may name the same bytes, and be as large as the file. */
    private void requireFewCopies(int bytes) {
        copied += bytes;
        long bound = MAX_COPIES * file.length;
        if (copied > bound) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(copied),
                    "%d bytes".formatted(bound),
                    "the strips or tiles of the TIFF file overlap: together they are larger than the file");
        }
    }

    private static ByteBuffer reversed(ByteBuffer data) {
        ByteBuffer reversed = ByteBuffer.allocate(data.limit());
        for (int i = 0; i < data.limit(); i++) {
            reversed.put(i, (byte) (Integer.reverse(data.get(i)) >>> 24));
        }
        return reversed;
    }

    private int decompress(ByteBuffer data, byte[] output) {
        return switch (tiff.compression) {
            case 1 -> {
                int count = Math.min(data.limit(), output.length);
                data.get(0, output, 0, count);
                yield count;
            }
            case 5 -> lzw(data, output);
            case 8, 32946 -> inflate(data, output);
            case 32773 -> unpackBits(data, output);
            default -> throw new IllegalStateException("no decoder for compression " + tiff.compression);
        };
    }

    /** Codes of programs before TIFF 5.0 are in GIF's order. Their clear code tells them apart. */
    private static int lzw(ByteBuffer data, byte[] output) {
        boolean old = data.limit() > 1 && data.get(0) == 0 && (data.get(1) & 1) == 1;
        return Lzw.decompress(data, old ? Lzw.Layout.GIF : Lzw.Layout.TIFF, 8, output);
    }

    /** Inflates beyond full output up to the checksum, or as much again: some writers fill the last strip. */
    private static int inflate(ByteBuffer data, byte[] output) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data);
            int written = inflate(inflater, output, output.length);
            inflate(inflater, new byte[Math.min(output.length, BUFFER)], output.length);
            return written;
        } catch (DataFormatException broken) {
            throw BadImageException.damaged(
                    "" + broken.getMessage(), "deflated data", "a strip or tile of the TIFF file is damaged");
        } finally {
            inflater.end();
        }
    }

    /** Inflates to the end of the data, but at most a number of bytes, into a buffer that is filled again and again. */
    private static int inflate(Inflater inflater, byte[] buffer, int limit) throws DataFormatException {
        int written = 0;
        while (written < limit && !inflater.finished() && !inflater.needsDictionary()) {
            int start = written % buffer.length;
            int more = inflater.inflate(buffer, start, Math.min(buffer.length - start, limit - written));
            if (more == 0 && inflater.needsInput()) {
                break;
            }
            written += more;
        }
        return written;
    }

    /** TIFF 6.0, section 9. */
    private static int unpackBits(ByteBuffer data, byte[] output) {
        int written = 0;
        while (written < output.length && data.remaining() > 1) {
            int header = data.get();
            if (header >= 0) {
                int count = Math.min(Math.min(header + 1, data.remaining()), output.length - written);
                data.get(output, written, count);
                written += count;
            } else if (header != -128) {
                int end = Math.min(output.length, written + 1 - header);
                Arrays.fill(output, written, end, data.get());
                written = end;
            }
        }
        return written;
    }

    /** Undoes predictor 2: each sample is stored as its difference from the one before. */
    private void addDifferences(byte[] rows, int rowBytes) {
        int step = tiff.segmentSamples() * tiff.bits / 8;
        int low = tiff.littleEndian() ? 0 : 1;
        for (int row = 0; row < rows.length; row += rowBytes) {
            if (tiff.bits == 8) {
                for (int i = row + step; i < row + rowBytes; i++) {
                    rows[i] += rows[i - step];
                }
                continue;
            }
            for (int i = row + step; i < row + rowBytes; i += 2) {
                int sum = sample(rows, i, low) + sample(rows, i - step, low);
                rows[i + low] = (byte) sum;
                rows[i + 1 - low] = (byte) (sum >> 8);
            }
        }
    }

    private static int sample(byte[] rows, int i, int low) {
        return (rows[i + low] & 0xff) | ((rows[i + 1 - low] & 0xff) << 8);
    }

    /** Returns the components of a segment that is a JPEG file, whose tables may be stored apart. */
    private byte[] jpegRows(int segment, int rows) {
        byte[] jpeg = withTables(compressed(segment, 0));
        Header header = JpegFile.read(jpeg);
        if (header.damage() != null) {
            throw new BadImageException(header.damage());
        }
        Size expected = new Size(tiff.segment().width(), rows);
        if (header.size().width() != expected.width()
                || header.size().height() < rows
                || header.size().height() > tiff.segment().height()
                || header.pixels().bytesPerPixel() != tiff.segmentSamples()) {
            throw BadImageException.damaged(
                    "%s with %d components"
                            .formatted(header.size(), header.pixels().bytesPerPixel()),
                    "%s with %d".formatted(expected, tiff.segmentSamples()),
                    "a JPEG strip or tile of the TIFF file has another size");
        }
        return JdkJpeg.components(JpegFile.essential(jpeg));
    }

    private byte[] withTables(ByteBuffer data) {
        byte[] stream = new byte[data.limit()];
        data.get(0, stream);
        byte[] tables = tiff.jpegTables();
        if (tables.length < 4 || stream.length < 2) {
            return stream;
        }
        byte[] jpeg = Arrays.copyOf(
                tables, tables.length - 2 + stream.length - 2); // without the end of one, the start of the other
        System.arraycopy(stream, 2, jpeg, tables.length - 2, stream.length - 2);
        return jpeg;
    }
}
