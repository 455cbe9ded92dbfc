package dev.latentstream.ingest.fetch;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends an action that takes too long, except for the time in which it waits for its own side. Used by one thread. */
final class TimeLimit implements AutoCloseable {
    private final ScheduledExecutorService timers;
    private final Runnable end;
    private long leftNanos;
    private long startedNanos;
    private ScheduledFuture<?> timer;
    private volatile boolean over;

    private TimeLimit(ScheduledExecutorService timers, Duration limit, Runnable end) {
        this.timers = timers;
        this.end = end;
        this.leftNanos = limit.toNanos();
        this.startedNanos = System.nanoTime();
        this.timer = schedule();
    }

    /** Starts the time; {@code end} is called on another thread when it is over. */
    static TimeLimit start(ScheduledExecutorService timers, Duration limit, Runnable end) {
        return new TimeLimit(timers, limit, end);
    }

    /** Stops the time. */
    void pause() {
        timer.cancel(false);
        leftNanos -= System.nanoTime() - startedNanos;
    }

    /** Continues after a pause. */
    void resume() {
        startedNanos = System.nanoTime();
        timer = schedule();
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        timer.cancel(false);
    }

    private ScheduledFuture<?> schedule() {
        return timers.schedule(
                () -> {
                    over = true;
                    end.run();
                },
                leftNanos,
                TimeUnit.NANOSECONDS);
    }
}
