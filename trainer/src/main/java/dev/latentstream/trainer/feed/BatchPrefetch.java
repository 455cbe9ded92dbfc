package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.Threads;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Draws batches on a dedicated thread while the current step trains. With one batch ahead, a policy change takes effect within two steps.
 * While training waits for a batch whose step is being written to the ledger, the one after it is drawn.
 */
public final class BatchPrefetch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    /** Draws batches; waits for latents if necessary. */
    public interface Source {
        /**
         * Draws the next step.
         *
         * @return completes with its batch once the step is in the ledger
         * @throws EndOfStepsException if there is none
         */
        CompletableFuture<TrainingBatch> next() throws InterruptedException;
    }

    private final Source source;
    private final int ahead;
    private final Deque<CompletableFuture<TrainingBatch>> drawn = new ArrayDeque<>();
    private final Thread thread;
    private boolean isAwaited; // whether take() waits
    private boolean ended;
    private @Nullable Throwable failure;
    private volatile boolean closing;

    /** @param ahead batches that are drawn ahead of the one that is trained or waited for */
    public BatchPrefetch(Source source, int ahead) {
        this.source = source;
        this.ahead = ahead;
        thread = Threads.daemon("trainer-batches", this::run);
    }

    public void start() {
        thread.start();
    }

    /** Returns the next batch; empty after the last one, and once this is closed. */
    public synchronized Optional<TrainingBatch> take() throws InterruptedException {
        isAwaited = true;
        try {
            while (!closing) {
                CompletableFuture<TrainingBatch> next = drawn.peek();
                if (next != null && next.isDone()) {
                    drawn.remove();
                    return Optional.of(batch(next));
                }
                if (next == null && failure != null) {
                    throw failed(failure);
                }
                if (next == null && ended) {
                    return Optional.empty();
                }
                notifyAll();
                TimeUnit.MILLISECONDS.timedWait(this, PAUSE_MILLIS);
            }
            return Optional.empty();
        } finally {
            isAwaited = false;
            notifyAll();
        }
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
                awaitTurn();
                add(source.next());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (EndOfStepsException end) {
            end(null);
        } catch (Throwable thrown) {
            end(thrown);
        }
    }

    private synchronized void awaitTurn() throws InterruptedException {
        while (drawn.size() >= (isAwaited ? ahead + 1 : ahead)) {
            wait();
        }
    }

    private void add(CompletableFuture<TrainingBatch> batch) {
        synchronized (this) {
            drawn.add(batch);
        }
        CompletableFuture<TrainingBatch> unused =
                batch.whenComplete((done, failed) -> wake()); // take() throws a failure
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void end(@Nullable Throwable reason) {
        ended = true;
        failure = reason;
        notifyAll();
    }

    private static TrainingBatch batch(CompletableFuture<TrainingBatch> done) {
        try {
            return done.join();
        } catch (CompletionException failed) {
            throw failed(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private static IllegalStateException failed(Throwable reason) {
        return new IllegalStateException("no more batches: " + reason.getMessage(), reason);
    }
}
