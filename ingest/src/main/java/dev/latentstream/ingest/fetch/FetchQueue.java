package dev.latentstream.ingest.fetch;

import dev.latentstream.runtime.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Threads that send requests in the order of a {@link HostSchedule}. */
final class FetchQueue implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1); // of all threads

    private final HostSchedule schedule;
    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    private FetchQueue(int connections) {
        this.schedule = new HostSchedule(connections);
    }

    /**
     * Starts the threads.
     *
     * @param threads requests at once
     * @param connections requests at once to one host
     */
    static FetchQueue start(int threads, int connections) {
        FetchQueue queue = new FetchQueue(connections);
        for (int i = 0; i < threads; i++) {
            queue.threads.add(Threads.daemon("fetch-" + i, queue::work));
        }
        queue.threads.forEach(Thread::start);
        return queue;
    }

    /**
     * Returns the result of a request to a host, which is sent when the host may have one.
     *
     * @param delay least time from its start to the next start of a request to this host
     */
    <T> CompletableFuture<T> submit(String host, Duration delay, Callable<T> request) {
        CompletableFuture<T> result = new CompletableFuture<>();
        change(() -> {
            if (closed) {
                result.cancel(false);
            } else {
                schedule.add(host, delay.toNanos(), () -> run(request, result), System.nanoTime());
            }
        });
        return result;
    }

    /** Sends no further request to a host for a time. */
    void pause(String host, Duration time) {
        change(() -> schedule.pause(host, System.nanoTime() + time.toNanos(), System.nanoTime()));
    }

    /** Starts no further request, and interrupts the threads. */
    void stop() {
        change(() -> {
            closed = true;
            changed.signalAll();
        });
        threads.forEach(Thread::interrupt);
    }

    /** Ends the threads. One in a call that knows no interrupt, such as the look-up of a name, is left. */
    @Override
    public void close() {
        stop();
        long end = System.nanoTime() + CLOSE_WITHIN.toNanos();
        for (Thread thread : threads) {
            long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())); // 0 waits for ever
            boolean unused = Threads.join(thread, Duration.ofMillis(left));
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private static <T> void run(Callable<T> request, CompletableFuture<T> result) {
        try {
            result.complete(request.call());
        } catch (InterruptedException closed) {
            result.completeExceptionally(new CancellationException("closed"));
        } catch (Throwable defect) { // the receiver of the result reports it
            result.completeExceptionally(defect);
        }
    }

    private void work() {
        HostSchedule.@Nullable Start start = await();
        while (start != null) {
            String host = start.host();
            start.task().run();
            change(() -> schedule.finished(host));
            start = await();
        }
    }

    /** Waits for the next request; null when closed. */
    private HostSchedule.@Nullable Start await() {
        lock.lock();
        try {
            while (!closed) {
                long now = System.nanoTime();
                Optional<HostSchedule.Start> next = schedule.next(now);
                if (next.isPresent()) {
                    changed.signal(); // another thread may have the next one, or wait for its time
                    return next.get();
                }
                Optional<Long> wait = schedule.waitFrom(now);
                if (wait.isPresent()) {
                    long unused = changed.awaitNanos(wait.get());
                } else {
                    changed.await();
                }
            }
            return null;
        } catch (InterruptedException stopped) {
            return null;
        } finally {
            lock.unlock();
        }
    }
}
