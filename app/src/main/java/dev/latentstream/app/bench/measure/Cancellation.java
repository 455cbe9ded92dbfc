package dev.latentstream.app.bench.measure;

import java.time.Duration;

/** A request to end a measurement early. */
@FunctionalInterface
public interface Cancellation {
    /** Returns whether the measurement is cancelled, waiting at most a given time for that. */
    boolean isRequestedWithin(Duration time) throws InterruptedException;

    /** Throws if the measurement is cancelled. */
    default void check() throws InterruptedException {
        await(Duration.ZERO);
    }

    /** Waits, and throws if the measurement is cancelled meanwhile. */
    default void await(Duration time) throws InterruptedException {
        if (isRequestedWithin(time)) {
            throw new BenchStopped();
        }
    }
}
