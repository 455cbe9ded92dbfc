package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.Threads;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches in a thread of its own, one ahead of the step that is trained, and begins with one only when the one before was
 * taken: a new policy so reaches the second step after it at the latest.
 */
public final class BatchPrefetch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    /** Where batches come from; waits where it has to. */
    public interface Source {
        TrainingBatch next() throws InterruptedException;
    }

    private final Source source;
    private final BlockingQueue<TrainingBatch> ready = new ArrayBlockingQueue<>(1);
    private final Semaphore wanted = new Semaphore(1);
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    public BatchPrefetch(Source source) {
        this.source = source;
        thread = Threads.daemon("trainer-batches", this::run);
    }

    public void start() {
        thread.start();
    }

    /** The next batch; empty once this is closed. */
    public Optional<TrainingBatch> take() throws InterruptedException {
        while (!closing) {
            TrainingBatch batch = ready.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (batch != null) {
                wanted.release();
                return Optional.of(batch);
            }
            if (failure != null) {
                throw new IllegalStateException("no more batches: " + failure.getMessage(), failure);
            }
        }
        return Optional.empty();
    }

    /** Ends {@link #take}; from any thread. */
    public void stop() {
        closing = true;
        thread.interrupt();
    }

    /** Waits for the batch in hand: its captions may be with the text encoder. */
    @Override
    public void close() {
        stop();
        Threads.joinUninterruptibly(thread, "the captions of the batch in hand");
    }

    private void run() {
        try {
            while (!closing) {
                wanted.acquire();
                ready.put(source.next());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (Throwable broken) {
            failure = broken;
        }
    }
}
