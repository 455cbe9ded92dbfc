package dev.latentstream.ingest.sources;

import java.time.Duration;

/** Limits the rate of a source, so that an endless one does not fill the disk. */
@FunctionalInterface
public interface Pace {
    /** No limit. */
    Pace FREE = (sent, atMost) -> true;

    /**
     * Returns a limit that spaces the images evenly.
     *
     * @param rate images per second, above 0
     */
    static Pace of(double rate) {
        return new RatePace(rate);
    }

    /**
     * Waits a bounded time until the next image may be sent, and returns whether it may.
     *
     * @param sent number of images sent so far
     */
    boolean await(long sent, Duration atMost) throws InterruptedException;
}
