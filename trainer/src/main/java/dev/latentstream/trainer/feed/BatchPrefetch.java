package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.Threads;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws batches on a dedicated thread while the current step trains. With one batch ahead, a policy change takes effect within two steps.
 * While training waits for a batch whose step is being written to the ledger, the one after it is drawn.
 *
 * <p>If steps train faster than the ledger is written, as many more are drawn as train in the meantime, and share a transaction: else
 * training would wait for one transaction a step. A policy change takes effect after them, some transactions later.
 */
public final class BatchPrefetch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    /** A step may be drawn when a transaction has just begun: then it waits for that one, and for its own. */
    private static final int TRANSACTIONS = 2;

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
    private final int most;
    private final LongSupplier clock;
    private final RecentMinimum training = new RecentMinimum(); // nanoseconds from a batch to the request for the next
    private final RecentMinimum writing = new RecentMinimum(); // nanoseconds that a step is written
    private final Deque<CompletableFuture<TrainingBatch>> drawn = new ArrayDeque<>();
    private final Thread thread;
    private boolean isAwaited; // whether take() waits
    private OptionalLong handedOut = OptionalLong.empty(); // when the last batch was
    private boolean ended;
    private @Nullable Throwable failure;
    private volatile boolean closing;

    /**
     * Draws nothing before {@link #start}.
     *
     * @param ahead batches that are drawn ahead of the one that is trained or waited for
     * @param most as {@code ahead}, if training waits for the ledger otherwise
     */
    public BatchPrefetch(Source source, int ahead, int most) {
        this(source, ahead, most, System::nanoTime);
    }

    /** @param clock in nanoseconds */
    BatchPrefetch(Source source, int ahead, int most, LongSupplier clock) {
        this.source = source;
        this.ahead = ahead;
        this.most = most;
        this.clock = clock;
        thread = Threads.daemon("trainer-batches", this::run);
    }

    public void start() {
        thread.start();
    }

    /** Returns the next batch; empty after the last one, and once this is closed. */
    public synchronized Optional<TrainingBatch> take() throws InterruptedException {
        isAwaited = true;
        handedOut.ifPresent(start -> training.add(clock.getAsLong() - start));
        try {
            while (!closing) {
                CompletableFuture<TrainingBatch> next = drawn.peek();
                if (next != null && next.isDone()) {
                    drawn.remove();
                    handedOut = OptionalLong.of(clock.getAsLong());
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
        while (drawn.size() >= target() + (isAwaited ? 1 : 0)) {
            wait();
        }
    }

    /** Returns the number of batches ahead: those that train, at the fastest, while a step is written. */
    private int target() {
        double steps = TRANSACTIONS * writing.orElse(0) / Math.max(1.0, training.orElse(Long.MAX_VALUE));
        return (int) Math.max(ahead, Math.min(most, steps));
    }

    private void add(CompletableFuture<TrainingBatch> batch) {
        long start = clock.getAsLong();
        synchronized (this) {
            drawn.add(batch);
        }
        CompletableFuture<TrainingBatch> unused =
                batch.whenComplete((done, failed) -> written(start)); // take() throws a failure
    }

    private synchronized void written(long start) {
        writing.add(clock.getAsLong() - start);
        notifyAll();
    }

    private synchronized void end(@Nullable Throwable reason) {
        ended = true;
        failure = reason;
        notifyAll();
    }

    /** The smallest of the last values, so that no interruption of either side counts. */
    private static final class RecentMinimum {
        private final long[] values = new long[8];
        private long added;

        void add(long value) {
            values[(int) (added % values.length)] = value;
            added++;
        }

        /** Returns another value before there are enough. */
        double orElse(long unknown) {
            return added < values.length ? unknown : Arrays.stream(values).min().orElseThrow();
        }
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
