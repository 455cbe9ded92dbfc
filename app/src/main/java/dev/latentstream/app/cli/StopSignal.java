package dev.latentstream.app.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The wish that this process ends: Control-C or a termination signal. The process then waits until this is closed, so whoever
 * holds it can end in order.
 *
 * <p>Whoever computes natively holds it, and ends between two computations: the end of a process takes down what the native
 * libraries stand on, at which a thread that is still in one of them crashes. {@code Runtime.halt} ends it in the same way.
 */
public final class StopSignal implements AutoCloseable {
    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread hook = new Thread(this::stop, "stop");

    private StopSignal() {}

    public static StopSignal ofProcess() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Completes when the process is asked to end. */
    public CompletableFuture<Void> requested() {
        return requested;
    }

    /** Whether it is asked to end. */
    public boolean isRequested() {
        return requested.isDone();
    }

    /** Whether it is asked to end before some time has passed; waits until then otherwise. */
    public boolean isRequestedWithin(Duration time) throws InterruptedException {
        try {
            requested.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException goesOn) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        finished.complete(null);
        if (!requested.isDone()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException ending) {
                // The signal came this very moment, and now has nothing to wait for.
            }
        }
    }

    private void stop() {
        requested.complete(null);
        finished.join();
    }
}
