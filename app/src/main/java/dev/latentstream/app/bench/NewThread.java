package dev.latentstream.app.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Calls in a new thread, as stages work in threads of their own: what PyTorch keeps for each thread is then alike. */
final class NewThread {
    private NewThread() {}

    static <T> T call(Callable<T> task) throws InterruptedException {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(task).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException reason
                    ? reason
                    : new IllegalStateException(failed.getCause());
        } finally {
            thread.shutdownNow();
        }
    }
}
