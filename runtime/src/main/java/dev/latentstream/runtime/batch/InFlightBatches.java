package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.batch.BatchBuffer.Batch;
import dev.latentstream.runtime.batch.PoisonRecordIsolation.Result;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** The submitted batches, in the order in which they were taken: one on the device, and some queued to follow it at once. */
final class InFlightBatches {
    /** A commit may take as long as three batches before the device has to wait. */
    private static final int MAX_BATCHES = 4;

    private final Executor worker;
    private final Function<Batch, Result> work;
    private final Deque<Task> tasks = new ArrayDeque<>();

    private record Task(Batch batch, FutureTask<Result> work) {}

    /** A batch and its result. */
    record Done(Batch batch, Result result) {}

    /** @param worker runs one task at a time, in order of submission */
    InFlightBatches(Executor worker, Function<Batch, Result> work) {
        this.worker = worker;
        this.work = work;
    }

    int size() {
        return tasks.size();
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }

    boolean hasRoom() {
        return tasks.size() < MAX_BATCHES;
    }

    void put(Batch batch) {
        FutureTask<Result> task = new FutureTask<>(() -> work.apply(batch));
        tasks.addLast(new Task(batch, task));
        worker.execute(task);
    }

    /**
     * Removes and returns the first batch, if it is finished.
     *
     * @throws RuntimeException thrown by the work
     */
    Optional<Done> takeDone() {
        if (tasks.isEmpty() || !tasks.getFirst().work().isDone()) {
            return Optional.empty();
        }
        Task first = tasks.removeFirst();
        return Optional.of(new Done(first.batch(), result(first.work())));
    }

    /** Waits for the first batch and drops those after it. Returns whether it is finished. */
    boolean awaitFirst(Duration within) {
        while (tasks.size() > 1) {
            drop();
        }
        if (tasks.isEmpty()) {
            return true;
        }
        try {
            tasks.getFirst().work().get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException tooSlow) {
            return false;
        } catch (ExecutionException failed) {
            return true; // takeDone throws the failure
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        }
    }

    /** Drops the batches with records of these partitions and all later ones; returns them, the last one first. */
    List<Batch> dropFrom(Collection<TopicPartition> partitions) {
        List<Batch> dropped = new ArrayList<>();
        while (tasks.stream().anyMatch(task -> task.batch().touches(partitions))) {
            dropped.add(drop());
        }
        return dropped;
    }

    void dropAll() {
        while (!tasks.isEmpty()) {
            drop();
        }
    }

    /** Drops the last batch. A running task continues and its result is ignored, because a device cannot be interrupted. */
    private Batch drop() {
        Task last = tasks.removeLast();
        last.work().cancel(false);
        return last.batch();
    }

    private static Result result(FutureTask<Result> done) {
        try {
            return done.get();
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            if (failed.getCause() instanceof Error reason) {
                throw reason;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
