package dev.latentstream.app.bench;

import java.time.Duration;

/** Tells a measure that it is to end before its time. */
@FunctionalInterface
interface Cancellation {
    /** Whether it is to end; waits at most so long for the answer to become yes. */
    boolean isRequestedWithin(Duration time) throws InterruptedException;

    /** Goes on unless it is to end. */
    default void check() throws InterruptedException {
        await(Duration.ZERO);
    }

    /** Lets some time pass. */
    default void await(Duration time) throws InterruptedException {
        if (isRequestedWithin(time)) {
            throw new BenchStopped();
        }
    }
}
