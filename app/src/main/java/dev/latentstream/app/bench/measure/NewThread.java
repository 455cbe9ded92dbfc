package dev.latentstream.app.bench.measure;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Calls on a new thread, because stages have dedicated threads too: the state that PyTorch keeps per thread is then alike. */
public final class NewThread {
    private NewThread() {}

    public static <T> T call(Callable<T> task) throws InterruptedException {
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
