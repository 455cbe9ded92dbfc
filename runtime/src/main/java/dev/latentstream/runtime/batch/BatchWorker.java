package dev.latentstream.runtime.batch;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that a stage's batches are worked on in. */
final class BatchWorker implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWorker.class);

    /** What work that hears an interrupt needs to end, and is not worth a word. */
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

    /** Begins nothing more, and interrupts what runs; a device does not hear that. */
    void stop() {
        thread.shutdownNow();
    }

    /** Stops, and waits for what runs, however long that takes: a network that is closed while it computes takes the process down. */
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
                            .log("waits for the batch in hand: its network cannot be closed while it computes");
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
