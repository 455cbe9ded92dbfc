package dev.latentstream.ingest.lists;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Bounds on the cost of a Parquet file. Its sizes are claims: they are compared with the file and the heap before they are believed. */
final class ParquetBounds {
    private static final int MAX_FOOTER_BYTES = 64 << 20;
    private static final int TAIL = 8; // the footer's length and the magic number

    private ParquetBounds() {}

    /** A row group may take half of the heap, since it is read as a whole. */
    static long maxGroupBytes() {
        return Runtime.getRuntime().maxMemory() / 2;
    }

    static long maxPageBytes() {
        return Runtime.getRuntime().maxMemory() / 4;
    }

    /** Returns the size of a file whose end is that of a Parquet file. */
    static long checkFooter(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long bytes = file.length();
            if (bytes < TAIL + 4) {
                throw new IOException("%d bytes are no Parquet file".formatted(bytes));
            }
            byte[] tail = new byte[TAIL];
            file.seek(bytes - TAIL);
            file.readFully(tail);
            String magic = new String(tail, 4, 4, StandardCharsets.US_ASCII);
            if (!magic.equals("PAR1")) {
                throw new IOException(
                        magic.equals("PARE")
                                ? "the Parquet file is encrypted"
                                : "not a Parquet file, or one that is not complete: it does not end in PAR1");
            }
            long footer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (footer < 0 || footer > Math.min(bytes - TAIL - 4, MAX_FOOTER_BYTES)) {
                throw new IOException("a footer of %d bytes in a file of %d bytes is more than %d"
                        .formatted(footer, bytes, Math.min(bytes - TAIL - 4, MAX_FOOTER_BYTES)));
            }
            return bytes;
        }
    }

    static void checkGroup(long bytes) throws IOException {
        if (bytes > maxGroupBytes()) {
            throw new IOException(
                    "%d bytes of a row group are more than half of the heap, %d; set a larger one with -Xmx"
                            .formatted(bytes, maxGroupBytes()));
        }
    }

    /** Calls the library, which throws whatever a damaged file leads it to. */
    static <T> T guarded(String what, Callable<T> call) throws IOException {
        try {
            return call.call();
        } catch (IOException | RuntimeException damaged) {
            String why = damaged.getMessage() == null ? damaged.toString() : damaged.getMessage();
            throw new IOException("%s is damaged: %s".formatted(what, why), damaged);
        } catch (OutOfMemoryError | StackOverflowError tooMuch) { // of sizes that the file claims
            throw new IOException("%s needs too much memory: %s".formatted(what, tooMuch.getMessage()), tooMuch);
        } catch (Exception defect) {
            throw new IllegalStateException(defect);
        }
    }
}
