package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.Threads;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The single thread that processes a stage's batches. */
final class BatchWorker implements Executor, AutoCloseable {
    private final String stage;
    private final ExecutorService thread;

    BatchWorker(String stage) {
        this.stage = stage;
        this.thread = Executors.newSingleThreadExecutor(Threads.daemons(stage + "-worker"));
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    /** Discards queued work, and interrupts the work that runs; a device ignores the interrupt. */
    void stop() {
        thread.shutdownNow();
    }

    /** Stops, and waits for the running work however long it takes: closing a network while it computes crashes the process. */
    @Override
    public void close() {
        stop();
        Threads.awaitUninterruptibly(thread, stage + "-worker", "the current batch of " + stage);
    }
}
