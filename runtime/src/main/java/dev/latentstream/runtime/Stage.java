package dev.latentstream.runtime;

import java.util.Optional;

/** A part of the pipeline that runs until it is closed or fails. */
public interface Stage extends AutoCloseable {
    /** Lower-case, unique within a pipeline; the consumer group is named after it. */
    String name();

    /** Returns once the stage runs in its own threads. */
    void start();

    /**
     * Finishes or gives up what is in hand, and leaves the group, within a bounded time; what was not committed is done again after
     * a restart. Returns when no network computes any more, so that whoever opened it can close it.
     */
    @Override
    void close();

    /** Why it stopped by itself; empty while it runs and after a close. */
    Optional<Throwable> failure();
}
