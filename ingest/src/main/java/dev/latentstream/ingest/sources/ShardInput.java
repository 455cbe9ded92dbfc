package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.files.Stamp;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Where the bytes of a shard come from. */
sealed interface ShardInput {
    String uri();

    /** Returns what changes whenever the bytes change. */
    String stamp() throws IOException;

    InputStream open() throws IOException;

    /** Returns whether it can be opened twice. */
    boolean isRepeatable();

    /** A file. */
    record OfFile(Path file) implements ShardInput {
        @Override
        public String uri() {
            return file.toUri().toString();
        }

        @Override
        public String stamp() throws IOException {
            return Stamp.of(file);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }
    }

    /** A stream whose bytes nobody knows before they are read, such as standard input; it is not closed. */
    record OfStream(String uri, InputStream stream) implements ShardInput {
        /** Never equal, so that each item is read, and compared by its content. */
        @Override
        public String stamp() {
            return UUID.randomUUID().toString();
        }

        @Override
        public InputStream open() {
            return new FilterInputStream(stream) {
                @Override
                public void close() {}
            };
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }
    }
}
