package dev.latentstream.ingest.sources;

import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A number of images per second, evenly spaced. Not thread-safe. */
final class RatePace implements Pace {
    private final RateLimiter<Object> limiter;
    private boolean reserved;
    private long turn; // of the reserved permit, in nanoseconds

    RatePace(double rate) {
        this.limiter = RateLimiter.smoothBuilder(Duration.ofNanos(Math.round(1e9 / rate)))
                .build();
    }

    @Override
    public boolean await(long sent, Duration atMost) throws InterruptedException {
        if (!reserved) {
            turn = System.nanoTime() + limiter.reservePermit().toNanos();
            reserved = true;
        }
        TimeUnit.NANOSECONDS.sleep(Math.min(atMost.toNanos(), turn - System.nanoTime()));
        reserved = System.nanoTime() < turn;
        return !reserved;
    }
}
