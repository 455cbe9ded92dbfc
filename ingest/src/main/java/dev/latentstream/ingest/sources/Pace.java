package dev.latentstream.ingest.sources;

import dev.failsafe.RateLimiter;
import java.time.Duration;

/** Limits the rate of a source, so that an endless one does not fill the disk. */
@FunctionalInterface
public interface Pace {
    /** No limit. */
    Pace FREE = sent -> {};

    /**
     * Returns a limit that spaces the images evenly.
     *
     * @param rate images per second, above 0
     */
    static Pace of(double rate) {
        RateLimiter<Object> limiter = RateLimiter.smoothBuilder(Duration.ofNanos(Math.round(1e9 / rate)))
                .build();
        return sent -> limiter.acquirePermit();
    }

    /** Blocks until the next image may be sent. */
    void await(long sent) throws InterruptedException;
}
