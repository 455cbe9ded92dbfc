package dev.latentstream.models.pretrain;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** Makes the next batches on a dedicated thread while a step trains. */
final class Prefetcher<T> implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread worker = new Thread(work, "samples-ahead");
        worker.setDaemon(true);
        return worker;
    });
    private final Queue<Future<T>> batches = new ArrayDeque<>();
    private final LongFunction<T> make;
    private long next;

    /**
     * @param first step of the first batch
     * @param count number of batches made ahead
     */
    Prefetcher(LongFunction<T> make, long first, int count) {
        this.make = make;
        next = first;
        for (int i = 0; i < count; i++) {
            order();
        }
    }

    /** Returns the batch of the next step. */
    T take() {
        order();
        try {
            return batches.remove().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("samples could not be made: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for samples", e);
        }
    }

    /** Waits for the batch being made: the networks that make it can be closed after this. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            while (!thread.awaitTermination(1, TimeUnit.MINUTES)) {} // a batch takes less
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void order() {
        long step = next++;
        batches.add(thread.submit(() -> make.apply(step)));
    }
}
