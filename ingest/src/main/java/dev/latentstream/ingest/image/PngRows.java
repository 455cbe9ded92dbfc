package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/**
 * The image data of a PNG file. It is inflated once before libpng does that, which would inflate gigabytes after the last row, and print a line
 * where rows are missing or filtered in an unknown way.
 */
final class PngRows {
    /** Some encoders write a little more than the rows, which all decoders ignore. */
    private static final int MAX_SURPLUS = 1 << 16;

    /** Filter types of a row, from 0 (ISO/IEC 15948, table 9.1). */
    private static final int FILTERS = 5;

    private static final int INFLATED_AT_ONCE = 1 << 16;

    private final List<ByteBuffer> data;
    private final List<Pass> passes;

    /**
     * The rows of a pass of interlacing, or of an image that is not interlaced.
     *
     * @param rowBytes bytes of each with its filter type
     */
    record Pass(long rows, long rowBytes) {
        long bytes() {
            return rows * rowBytes;
        }
    }

    /** Receives inflated bytes. */
    private interface Sink {
        void accept(byte[] bytes, int count) throws IOException;
    }

    /** @param data of all chunks, in their order */
    PngRows(List<ByteBuffer> data, List<Pass> passes) {
        this.data = data;
        this.passes = passes;
    }

    /** Returns the bytes of all rows with their filter types (ISO/IEC 15948, sections 7.2 and 8). */
    long bytes() {
        return passes.stream().mapToLong(Pass::bytes).sum();
    }

    /** Returns data of exactly the rows: the chunks as they are, or compressed again if they have a surplus. */
    List<ByteBuffer> exact() {
        long needed = bytes();
        Filters filters = new Filters();
        Inflated inflated = inflate(needed + MAX_SURPLUS, filters);
        if (inflated.bytes < needed) {
            throw BadImageException.damaged(
                    "%d bytes of rows".formatted(inflated.bytes),
                    "" + needed,
                    "the image data of the PNG file is incomplete");
        }
        if (inflated.bytes > needed + MAX_SURPLUS) {
            throw new BadImageException(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES,
                    "inflated size of the image data in bytes",
                    inflated.bytes,
                    needed + MAX_SURPLUS));
        }
        if (!inflated.complete) {
            throw BadImageException.damaged(
                    "no end", "a matching checksum", "the image data of the PNG file is damaged after the last row");
        }
        return inflated.surplus || inflated.bytes > needed ? List.of(deflatedAgain(needed)) : data;
    }

    /**
     * The result of inflating.
     *
     * @param bytes up to damage or a bound, which it may exceed by a buffer
     * @param complete whether the stream ends, with a matching checksum
     * @param surplus whether anything follows its end
     */
    private record Inflated(long bytes, boolean complete, boolean surplus) {}

    private Inflated inflate(long bound, Sink sink) {
        byte[] rows = new byte[INFLATED_AT_ONCE];
        Inflater inflater = new Inflater();
        try {
            boolean surplus = false;
            for (ByteBuffer part : data) {
                surplus |= inflater.finished() && part.hasRemaining();
                inflater.setInput(part.duplicate());
                int count = 1;
                while (inflater.getBytesWritten() <= bound && count > 0) {
                    count = inflater.inflate(rows);
                    sink.accept(rows, count);
                }
                surplus |= inflater.finished() && inflater.getRemaining() > 0;
            }
            return new Inflated(inflater.getBytesWritten(), inflater.finished(), surplus);
        } catch (DataFormatException damaged) {
            return new Inflated(inflater.getBytesWritten(), /* complete */ false, /* surplus */ false);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // to memory
        } finally {
            inflater.end();
        }
    }

    private ByteBuffer deflatedAgain(long needed) {
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream rows = new DeflaterOutputStream(deflated, fast, INFLATED_AT_ONCE)) {
            inflate(needed, new Sink() {
                private long left = needed;

                @Override
                public void accept(byte[] bytes, int count) throws IOException {
                    int taken = (int) Math.min(count, left);
                    rows.write(bytes, 0, taken);
                    left -= taken;
                }
            });
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // to memory
        } finally {
            fast.end();
        }
        return ByteBuffer.wrap(deflated.toByteArray());
    }

    /** Checks the filter type at the start of each row. */
    private final class Filters implements Sink {
        private int pass = -1;
        private long rowsLeft;
        private long nextRow; // bytes from those accepted so far

        Filters() {
            enterPassWithRows();
        }

        @Override
        public void accept(byte[] bytes, int count) {
            while (pass < passes.size() && nextRow < count) {
                int filter = bytes[(int) nextRow] & 0xff;
                if (filter >= FILTERS) {
                    throw BadImageException.damaged(
                            "filter type " + filter,
                            "0 to " + (FILTERS - 1),
                            "a row of the PNG file is filtered in an unknown way");
                }
                nextRow += passes.get(pass).rowBytes();
                rowsLeft--;
                enterPassWithRows();
            }
            nextRow -= count;
        }

        private void enterPassWithRows() {
            while (rowsLeft == 0 && pass < passes.size()) {
                pass++;
                rowsLeft = pass < passes.size() ? passes.get(pass).rows() : 0;
            }
        }
    }
}
