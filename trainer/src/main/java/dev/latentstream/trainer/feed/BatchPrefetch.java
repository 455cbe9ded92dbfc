package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.Threads;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the next batch on a dedicated thread while the current step trains. It prefetches one batch only, so a policy change takes
 * effect within two steps.
 */
public final class BatchPrefetch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    /** Assembles batches; waits for latents if necessary. */
    public interface Source {
        /**
         * Returns the next batch.
         *
         * @throws EndOfStepsException if there is none
         */
        TrainingBatch next() throws InterruptedException;
    }

    private final Source source;
    private final BlockingQueue<TrainingBatch> ready = new ArrayBlockingQueue<>(1);
    private final Semaphore permits = new Semaphore(1);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;

    public BatchPrefetch(Source source) {
        this.source = source;
        thread = Threads.daemon("trainer-batches", this::run);
    }

    public void start() {
        thread.start();
    }

    /** Returns the next batch; empty after the last one, and once this is closed. */
    public Optional<TrainingBatch> take() throws InterruptedException {
        while (!closing) {
            boolean last = ended; // before the look at what is ready
            TrainingBatch batch = ready.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            if (batch != null) {
                permits.release();
                return Optional.of(batch);
            }
            if (last) {
                return Optional.empty();
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

    /** Waits for the batch that is being assembled: the text encoder may be running. */
    @Override
    public void close() {
        stop();
        Threads.joinUninterruptibly(thread, "the captions of the current batch");
    }

    private void run() {
        try {
            while (!closing) {
                permits.acquire();
                ready.put(source.next());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (EndOfStepsException end) {
            ended = true;
        } catch (Throwable thrown) {
            failure = thrown;
        }
    }
}
