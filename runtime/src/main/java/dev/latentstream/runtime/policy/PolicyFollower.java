package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a {@link PolicyTable} up to date with {@code control}, on a daemon thread. */
final class PolicyFollower {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyFollower.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Supplier<PolicyLog> open;
    private final LongSupplier nanoTime;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable PolicyLog log;
    private @Nullable Thread thread;

    PolicyFollower(Supplier<PolicyLog> open, LongSupplier nanoTime) {
        this.open = open;
        this.nanoTime = nanoTime;
    }

    static PolicyFollower of(KafkaConnection connection, PolicyTable table, Meters meters) {
        return new PolicyFollower(() -> PolicyLog.open(connection, table, meters), System::nanoTime);
    }

    /** Returns once the topic has been read to its end. */
    void start() {
        thread = Threads.daemon("policies", this::run);
        thread.start();
        try {
            caughtUp.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw failed;
        }
    }

    boolean caughtUp() {
        return caughtUp.isDone() && !caughtUp.isCompletedExceptionally();
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    void close() {
        closing = true;
        if (log != null) {
            log.wakeup();
        }
        if (thread != null) {
            boolean unused = Threads.join(thread, CLOSE_WITHIN);
        }
    }

    private void run() {
        try (PolicyLog opened = open.get()) {
            log = opened;
            opened.readToEnd(PolicyLog.PATIENCE, nanoTime);
            caughtUp.complete(null);
            while (!closing) {
                opened.poll();
            }
        } catch (WakeupException closed) {
            caughtUp.completeExceptionally(new IllegalStateException("closed before control was read to its end"));
        } catch (Throwable broken) {
            fail(broken);
        }
    }

    private void fail(Throwable broken) {
        if (!closing) {
            failure = broken;
            LOG.atError().setCause(broken).log("policies are no longer followed");
        }
        caughtUp.completeExceptionally(broken);
    }
}
