package dev.latentstream.trainer;

import java.lang.Thread.State;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Closes an object on an interrupted thread, and checks whether its work was complete when the call returned. */
public final class InterruptedClose {
    private static final Set<State> WAITS_OR_RETURNED =
            EnumSet.of(State.WAITING, State.TIMED_WAITING, State.TERMINATED);

    private final CompletableFuture<Boolean> returned = new CompletableFuture<>();

    private InterruptedClose() {}

    /** Returns once the closing thread waits, or has returned too early. */
    public static InterruptedClose start(Runnable close, BooleanSupplier done) {
        InterruptedClose interrupted = new InterruptedClose();
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            close.run();
            interrupted.returned.complete(
                    done.getAsBoolean() && Thread.currentThread().isInterrupted());
        });
        thread.setDaemon(true);
        thread.start();
        while (!WAITS_OR_RETURNED.contains(thread.getState())) {
            Thread.onSpinWait();
        }
        return interrupted;
    }

    public boolean wasDoneWhenItReturned() {
        return returned.join();
    }
}
