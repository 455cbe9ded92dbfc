package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.files.Stamp;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Where the bytes of a shard come from. */
public interface ShardInput {
    String uri();

    /** Returns whether it can be read twice. */
    boolean isRepeatable();

    /**
     * Returns what is there now.
     *
     * @throws BrokenInputException if another run may read it
     */
    Version version() throws IOException;

    /** One version of the bytes. */
    interface Version {
        /** Returns what changes whenever the bytes change. */
        String stamp();

        /** Opens the bytes of this version, or newer ones. */
        InputStream open() throws IOException;
    }

    /** A file. */
    record OfFile(Path file) implements ShardInput {
        private record Stamped(String stamp, Path file) implements Version {
            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        }

        @Override
        public String uri() {
            return file.toUri().toString();
        }

        @Override
        public Version version() throws IOException {
            return new Stamped(Stamp.of(file), file);
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }
    }

    /** A stream whose bytes nobody knows before they are read, such as standard input; it is not closed. */
    record OfStream(String uri, InputStream stream) implements ShardInput {
        @Override
        public Version version() {
            return new Version() {
                private final String stamp = UUID.randomUUID().toString();

                /** Never equal, so that each item is read, and compared by its content. */
                @Override
                public String stamp() {
                    return stamp;
                }

                @Override
                public InputStream open() {
                    return new FilterInputStream(stream) {
                        @Override
                        public void close() {}
                    };
                }
            };
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }
    }
}
