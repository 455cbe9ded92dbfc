package dev.latentstream.app.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request to stop this process: Control-C or a termination signal. The process exits only once the signal is closed, so that its
 * owner can shut down in order.
 *
 * <p>Every command that calls native libraries opens one and stops between two calls: the exit of a process unloads these libraries,
 * and a thread that is still inside one crashes. {@code Runtime.halt} is no different.
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

    /** Completes when the process is asked to stop. */
    public CompletableFuture<Void> requested() {
        return requested;
    }

    /** Returns whether the process is asked to stop. */
    public boolean isRequested() {
        return requested.isDone();
    }

    /** Waits until the process is asked to stop, at most for a given time; returns whether it is. */
    public boolean isRequestedWithin(Duration time) throws InterruptedException {
        try {
            requested.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
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
                // The signal came at this moment; its hook returns because this is closed.
            }
        }
    }

    private void stop() {
        requested.complete(null);
        finished.join();
    }
}
