package dev.latentstream.runtime;

import java.util.Optional;

/** A part of the pipeline that runs until it is closed or fails. */
public interface Stage extends AutoCloseable {
    /** Lower-case, unique within a pipeline; the consumer group is named after it. */
    String name();

    /** Starts the stage on its own threads and returns. */
    void start();

    /**
     * Finishes or abandons the work in progress and leaves the group within a bounded time; uncommitted work is repeated after a
     * restart. Returns once no network is computing any more, so that its owner can close it.
     */
    @Override
    void close();

    /** The reason it stopped by itself; empty while it runs and after a close. */
    Optional<Throwable> failure();
}
