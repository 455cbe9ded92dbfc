package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.Threads;
import dev.latentstream.schemas.RejectionReason;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Reads images on a dedicated thread and waits for each no longer than the limit. A thread in native code cannot be stopped: it is
 * abandoned and ends when its image does, which also frees the native memory. Not thread-safe.
 */
final class TimedReader {
    /** A decoder that waits rather than computes is given up after so many times the limit. */
    private static final int WAITING_FACTOR = 10;

    private static final ThreadMXBean TIMES = ManagementFactory.getThreadMXBean();
    private static final Duration IDLE_THREAD_ENDS_AFTER = Duration.ofSeconds(30);

    private final Supplier<Function<byte[], Decoded>> readers;
    private final DecoderThreads threads;
    private @Nullable Worker worker;

    /** @param readers each is used by one thread only; an abandoned thread keeps its own */
    TimedReader(Supplier<Function<byte[], Decoded>> readers, DecoderThreads threads) {
        this.readers = readers;
        this.threads = threads;
    }

    /** A reader and the thread that uses it; both are abandoned together. */
    private record Worker(Function<byte[], Decoded> reader, ThreadPoolExecutor executor) {
        static Worker start(Function<byte[], Decoded> reader) {
            ThreadPoolExecutor executor = new ThreadPoolExecutor(
                    1,
                    1,
                    IDLE_THREAD_ENDS_AFTER.toMillis(),
                    TimeUnit.MILLISECONDS,
                    new LinkedBlockingQueue<>(),
                    Threads.daemons("image-decoder"));
            executor.allowCoreThreadTimeOut(true); // a reader that is no longer used needs no close
            return new Worker(reader, executor);
        }
    }

    /** One image on its way through the thread. */
    private static final class Reading {
        private final CompletableFuture<Decoded> decoded = new CompletableFuture<>();
        private volatile long start;
        private volatile @Nullable Thread thread;

        void run(Function<byte[], Decoded> reader, byte[] bytes) {
            start = TIMES.getCurrentThreadCpuTime();
            thread = Thread.currentThread();
            try {
                decoded.complete(reader.apply(bytes));
            } catch (Throwable failure) { // passed on to the waiting thread
                decoded.completeExceptionally(failure);
            }
        }

        /** Returns the processor time so far. */
        long nanos() {
            @Nullable Thread running = thread;
            return running == null ? 0 : TIMES.getThreadCpuTime(running.getId()) - start;
        }
    }

    /** Reads one file; a file that takes longer than the limit is refused. */
    Decoded read(byte[] bytes) {
        Worker current = worker == null ? Worker.start(readers.get()) : worker;
        worker = current;
        Reading reading = new Reading();
        current.executor().execute(() -> reading.run(current.reader(), bytes));
        try {
            return await(reading, current);
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted); // Kafka's, which sets the flag again
        } catch (ExecutionException failed) {
            throw rethrown(failed.getCause());
        }
    }

    private Decoded await(Reading reading, Worker current) throws InterruptedException, ExecutionException {
        Duration limit = threads.settings().timeLimit();
        long wait = limit.toNanos();
        long waited = 0;
        while (true) {
            try {
                return reading.decoded.get(wait, TimeUnit.NANOSECONDS);
            } catch (TimeoutException slow) {
                waited += wait;
                wait = limit.toNanos() - reading.nanos();
                if (wait <= 0 || waited >= WAITING_FACTOR * limit.toNanos()) {
                    return abandoned(current, reading);
                }
            }
        }
    }

    private Refused abandoned(Worker slow, Reading reading) {
        slow.executor().shutdown();
        worker = null;
        threads.abandon(reading.decoded);
        Duration limit = threads.settings().timeLimit();
        return new Refused(new Refusal(
                RejectionReason.TOO_SLOW,
                "more than " + limit.toMillis() + " ms",
                limit.toMillis() + " ms",
                "decoding it takes longer than the time limit, whatever its header says"));
    }

    private static RuntimeException rethrown(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
}
