package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;

/** What became of a URL. */
public sealed interface Fetched {
    /**
     * A file. Its share of the memory for bodies is held until {@link #close}.
     *
     * @param bytes its content, owned by the receiver
     * @param share releases the memory
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record File(byte[] bytes, Runnable share) implements Fetched, AutoCloseable {
        @Override
        public void close() {
            share.run();
        }
    }

    /** The URL cannot or may not be fetched. */
    record Refused(Refusal refusal) implements Fetched {}
}
