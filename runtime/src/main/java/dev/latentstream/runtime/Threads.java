package dev.latentstream.runtime;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Daemon threads, and waiting for threads to end. */
public final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final Duration FIRST_WARNING = Duration.ofSeconds(1);
    private static final Duration NEXT_WARNINGS = Duration.ofSeconds(30);

    private Threads() {}

    /** Returns an unstarted daemon thread. */
    public static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Returns a factory of daemon threads with one name, for an executor. */
    public static ThreadFactory daemons(String name) {
        return task -> daemon(name, task);
    }

    /** Waits a bounded time for a thread to end; an interrupt ends the wait and is passed on. Returns whether it has ended. */
    public static boolean join(Thread thread, Duration within) {
        try {
            thread.join(within.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /**
     * Waits for a thread to end, however long it takes and despite interrupts. For a thread in native code: closing its resources,
     * or ending the process, would crash the process.
     *
     * @param work description of its current work, for warnings
     */
    public static void joinUninterruptibly(Thread thread, String work) {
        awaitUninterruptibly(thread.getName(), work, time -> {
            thread.join(time.toMillis());
            return !thread.isAlive();
        });
    }

    /**
     * Waits for an executor that was shut down, like {@link #joinUninterruptibly}.
     *
     * @param name of its threads
     */
    public static void awaitUninterruptibly(ExecutorService executor, String name, String work) {
        awaitUninterruptibly(name, work, time -> executor.awaitTermination(time.toNanos(), TimeUnit.NANOSECONDS));
    }

    private static void awaitUninterruptibly(String name, String work, End end) {
        boolean interrupted = false;
        Duration patience = FIRST_WARNING;
        while (true) {
            try {
                if (end.isReachedWithin(patience)) {
                    break;
                }
                LOG.atWarn().addKeyValue("thread", name).log("waiting for {}", work);
                patience = NEXT_WARNINGS;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of a thread or of several. */
    private interface End {
        boolean isReachedWithin(Duration time) throws InterruptedException;
    }
}
