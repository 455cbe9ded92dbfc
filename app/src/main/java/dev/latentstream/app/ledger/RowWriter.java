package dev.latentstream.app.ledger;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes rows to a file. */
interface RowWriter extends Closeable {
    void write(SampleRow row) throws IOException;

    /** The format of a file. */
    enum Format {
        /** Apache Parquet, compressed by Snappy. */
        PARQUET,
        /** A JSON object in each line, in UTF-8. */
        JSONL;

        RowWriter open(Path file) throws IOException {
            return switch (this) {
                case PARQUET -> new ParquetRows(file);
                case JSONL -> new JsonLines(file);
            };
        }
    }

    /** Writes a JSON object in each line. */
    final class JsonLines implements RowWriter {
        private final OutputStream file;

        JsonLines(Path path) throws IOException {
            file = new BufferedOutputStream(Files.newOutputStream(path));
        }

        @Override
        public void write(SampleRow row) throws IOException {
            file.write((SampleColumn.json(row) + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
