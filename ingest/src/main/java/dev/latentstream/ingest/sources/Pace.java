package dev.latentstream.ingest.sources;

import dev.failsafe.RateLimiter;
import java.time.Duration;

/** Holds a source back, so that an endless one does not fill the disk. */
@FunctionalInterface
public interface Pace {
    /** Never waits. */
    Pace FREE = sent -> {};

    /**
     * Sends evenly.
     *
     * @param rate images a second, above 0
     */
    static Pace of(double rate) {
        RateLimiter<Object> limiter = RateLimiter.smoothBuilder(Duration.ofNanos(Math.round(1e9 / rate)))
                .build();
        return sent -> limiter.acquirePermit();
    }

    /** Returns when the next image may be sent. */
    void await(long sent) throws InterruptedException;
}
