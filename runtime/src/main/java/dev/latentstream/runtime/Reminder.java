package dev.latentstream.runtime;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Decides when an event that may recur a million times is logged: at once, then once a minute. Thread-safe. */
public final class Reminder {
    private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private long unreported;
    private long reportedAt;
    private boolean reported;

    /** @param nanoTime the clock, in nanoseconds */
    public Reminder(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Adds events. Returns how many are to be reported now, those of earlier calls included; 0 if none. */
    public synchronized long add(long events) {
        unreported += events;
        long now = nanoTime.getAsLong();
        if (unreported == 0 || (reported && now - reportedAt < EVERY_NANOS)) {
            return 0;
        }
        long due = unreported;
        unreported = 0;
        reportedAt = now;
        reported = true;
        return due;
    }
}
