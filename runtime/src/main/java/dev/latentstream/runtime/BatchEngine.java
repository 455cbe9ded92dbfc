package dev.latentstream.runtime;

import dev.latentstream.runtime.Isolation.Result;
import dev.latentstream.runtime.Pending.Batch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logic of a {@link BatchLoop}, step by step, in the thread that owns consumer and producer.
 *
 * <pre>
 *   poll -> pending -> worker (one batch worked on, one full batch waiting) -> transaction(outputs, letters, positions)
 * </pre>
 *
 * <p>The worker has a thread of its own, so the consumer is polled, and stays in its group, however long a batch takes. Batches are
 * committed in the order in which they were taken. A batch whose partition is taken away before its commit is dropped, with all
 * behind it, and what stays with us is done again. After a failed transaction everything uncommitted is read again.
 */
final class BatchEngine implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEngine.class);

    /** One batch on the device and one ready to follow, so that the device need not wait for a commit. */
    private static final int MOST_IN_FLIGHT = 2;

    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(5);
    private static final Duration CLIENT_CLOSE = Duration.ofSeconds(5);
    /** How long positions that moved without records may stay uncommitted: lag is off by the markers for no longer. */
    private static final long POSITIONS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String stage;
    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Transactions transactions;
    private final Function<List<ConsumerRecord<byte[], byte[]>>, Result> work;
    private final Executor worker;
    private final Pending pending;
    private final LongSupplier nanoTime;
    private final Meters meters;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    /** Where reading began in each partition: where to go back to as long as nothing is committed. */
    private final Map<TopicPartition, Long> begun = new HashMap<>();

    private boolean subscribed;
    private boolean rewinding;
    private boolean finishing;
    private long lastCommit;

    /** A batch and the work on it. */
    private record InFlight(Batch batch, FutureTask<Result> task) {}

    BatchEngine(
            String stage,
            String topic,
            Consumer<byte[], byte[]> consumer,
            Transactions transactions,
            Function<List<ConsumerRecord<byte[], byte[]>>, Result> work,
            Executor worker,
            BatchSettings settings,
            LongSupplier nanoTime,
            Meters meters) {
        this.stage = stage;
        this.topic = topic;
        this.consumer = consumer;
        this.transactions = transactions;
        this.work = work;
        this.worker = worker;
        this.pending = new Pending(settings.batchSize(), settings.flushAfter());
        this.nanoTime = nanoTime;
        this.meters = meters;
    }

    /** Commits what is done, hands on what is ready, and polls once. */
    void step() {
        if (isReady()) {
            commitDone();
            submit();
            commitPositions();
            poll();
        }
    }

    /** Commits what is done within a time and drops the rest. */
    void finish(Duration within) {
        finishing = true;
        commitDone();
        while (inFlight.size() > 1) {
            inFlight.removeLast().task().cancel(false);
        }
        InFlight running = inFlight.peekFirst();
        if (running == null) {
            return;
        }
        try {
            running.task().get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooSlow) {
            LOG.atWarn()
                    .addKeyValue("stage", stage)
                    .log(
                            "a batch of {} was not done within {} and is dropped",
                            running.batch().records().size(),
                            within);
            return;
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failed) {
            LOG.atDebug().log("thrown again by the commit");
        }
        commitDone();
    }

    @Override
    public void close() {
        inFlight.forEach(running -> running.task().cancel(false));
        transactions.close();
        consumer.close(CloseOptions.timeout(CLIENT_CLOSE));
    }

    /** Whether we may poll: the producer's past is settled, and the consumer stands where the last commit left it. */
    private boolean isReady() {
        try {
            transactions.initialise();
            if (!subscribed) {
                consumer.subscribe(List.of(topic), this);
                subscribed = true;
            }
            if (rewinding) {
                rewind();
            }
            return true;
        } catch (RetriableException later) {
            LOG.atWarn().addKeyValue("stage", stage).log("the cluster does not answer: {}", later.toString());
            return false;
        }
    }

    private void rewind() {
        Set<TopicPartition> assigned = consumer.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned);
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata position = committed.get(partition);
            Long first = begun.get(partition);
            if (position != null) {
                consumer.seek(partition, position);
            } else if (first != null) {
                consumer.seek(partition, first);
            }
        }
        rewinding = false;
    }

    private void commitDone() {
        while (!inFlight.isEmpty() && inFlight.getFirst().task().isDone()) {
            InFlight done = inFlight.removeFirst();
            submit(); // the device goes on while the transaction is written
            commit(done.batch(), result(done.task()));
        }
    }

    private void submit() {
        long now = nanoTime.getAsLong();
        while (!finishing
                && inFlight.size() < MOST_IN_FLIGHT
                && (inFlight.isEmpty() ? pending.isReady(now) : pending.isFull())) {
            Batch batch = pending.take();
            FutureTask<Result> task = new FutureTask<>(() -> timed(batch));
            inFlight.addLast(new InFlight(batch, task));
            worker.execute(task);
        }
    }

    private Result timed(Batch batch) {
        long start = nanoTime.getAsLong();
        Result result = work.apply(batch.records());
        meters.record(Meter.STAGE_PROCESS, Duration.ofNanos(nanoTime.getAsLong() - start), stage);
        meters.record(Meter.STAGE_BATCH_SIZE, batch.records().size(), stage);
        return result;
    }

    /** Commits positions that moved past the markers of transactions, so that the lag of an idle stage is 0. */
    private void commitPositions() {
        if (inFlight.isEmpty() && pending.hasOnlyPositions() && nanoTime.getAsLong() - lastCommit > POSITIONS_NANOS) {
            commit(pending.take(), new Result());
        }
    }

    private void commit(Batch batch, Result result) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(result.outputs());
        result.letters().forEach(letter -> records.add(letter.record()));
        long start = nanoTime.getAsLong();
        boolean committed = transactions.commit(records, batch.positions(), consumer.groupMetadata());
        lastCommit = nanoTime.getAsLong();
        if (!committed) {
            dropAll();
            return;
        }
        meters.record(Meter.STAGE_COMMIT, Duration.ofNanos(lastCommit - start), stage);
        meters.add(Meter.STAGE_RECEIVED, batch.records().size(), stage);
        meters.add(Meter.STAGE_WRITTEN, result.outputs().size(), stage);
        result.letters().forEach(letter -> meters.count(Meter.DLQ, stage, letter.reason()));
    }

    private void dropAll() {
        meters.add(Meter.STAGE_REPEATED, 1 + inFlight.size(), stage, "transaction");
        inFlight.forEach(behind -> behind.task().cancel(false));
        inFlight.clear();
        pending.clear();
        rewinding = true;
    }

    private void poll() {
        if (pending.isFull()) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
        long before = nanoTime.getAsLong();
        boolean idle = inFlight.isEmpty();
        Duration timeout = Duration.ofNanos(Math.min(IDLE_POLL.toNanos(), pending.nanosToReady(before)));
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(idle ? timeout : BUSY_POLL);
        long now = nanoTime.getAsLong();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            begun.putIfAbsent(Pending.partitionOf(record), record.offset());
        }
        pending.add(polled, now);
        if (idle) {
            meters.add(Meter.STAGE_WAIT_SECONDS, (now - before) / 1e9, stage);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        LOG.atInfo()
                .addKeyValue("stage", stage)
                .addKeyValue("partitions", assigned)
                .log("assigned");
    }

    /** Called within a poll, for partitions that are taken away or were lost. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> gone) {
        LOG.atInfo().addKeyValue("stage", stage).addKeyValue("partitions", gone).log("revoked");
        pending.forget(gone);
        begun.keySet().removeAll(gone);
        while (inFlight.stream().anyMatch(running -> running.batch().touches(gone))) {
            InFlight last = inFlight.removeLast(); // commits keep their order, so all behind the first one go too
            last.task().cancel(false);
            pending.putBack(last.batch(), gone, nanoTime.getAsLong());
            meters.count(Meter.STAGE_REPEATED, stage, "rebalance");
        }
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
