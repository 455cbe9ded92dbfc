package dev.latentstream.runtime.batch;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single thread that processes a stage's batches. */
final class BatchWorker implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);

    /** Time for interruptible work to end, before a warning is logged. */
    private static final Duration SHORT = Duration.ofMillis(200);

    private final String stage;
    private final ExecutorService thread;

    BatchWorker(String stage) {
        this.stage = stage;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, stage + "-worker");
            worker.setDaemon(true);
            return worker;
        });
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
        boolean interrupted = false;
        Duration patience = SHORT;
        while (!thread.isTerminated()) {
            try {
                if (!thread.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS) && patience.equals(SHORT)) {
                    LOG.atWarn()
                            .addKeyValue("stage", stage)
                            .log("waiting for the current batch: its network cannot be closed while it computes");
                    patience = Duration.ofDays(1);
                }
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
