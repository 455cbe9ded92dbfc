package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;
import java.util.Optional;

/** The outcome of a URL. */
public sealed interface Fetched {
    /**
     * A file. Its share of the memory for bodies is held until {@link #close}.
     *
     * @param bytes its content, owned by the receiver
     * @param version what its host calls this version: the header ETag, or else Last-Modified
     * @param share releases the memory
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record File(byte[] bytes, Optional<String> version, Runnable share) implements Fetched, AutoCloseable {
        @Override
        public void close() {
            share.run();
        }
    }

    /** The file is the version that was fetched before. */
    record NotModified() implements Fetched {}

    /** The URL cannot or may not be fetched. */
    record Refused(Refusal refusal) implements Fetched {}
}
