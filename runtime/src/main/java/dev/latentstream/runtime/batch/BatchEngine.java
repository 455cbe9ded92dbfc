package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.batch.BatchBuffer.Batch;
import dev.latentstream.runtime.batch.InFlightBatches.Done;
import dev.latentstream.runtime.batch.PoisonRecordIsolation.Result;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logic of a {@link BatchLoop}, step by step, in the thread that owns consumer and producer.
 *
 * <pre>
 *   poll -> pending -> worker (one batch worked on, full batches waiting) -> transaction(outputs, letters, positions)
 * </pre>
 *
 * <p>The worker has a thread of its own, so the consumer is polled, and stays in its group, however long a batch takes. Batches are
 * committed in the order in which they were taken, those that are done by then together. A batch whose partition is taken away
 * before its commit is dropped, with all behind it, and what stays with us is done again. After a failed transaction everything
 * uncommitted is read again.
 */
final class BatchEngine implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEngine.class);

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
    private final InFlightBatches bench;
    private final BatchBuffer pending;
    private final LongSupplier nanoTime;
    private final Meters meters;
    /** Where reading began in each partition: where to go back to as long as nothing is committed. */
    private final Map<TopicPartition, Long> begun = new HashMap<>();

    private boolean subscribed;
    private boolean rewinding;
    private boolean finishing;
    private long lastCommit;

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
        this.bench = new InFlightBatches(worker, this::timed);
        this.pending = new BatchBuffer(settings.batchSize(), settings.flushAfter());
        this.nanoTime = nanoTime;
        this.meters = meters;
    }

    /** Commits what is done, hands on what is ready, and polls once. */
    void step() {
        if (!isReady()) {
            return;
        }
        commitDone();
        submit();
        commitPositions();
        if (!rewinding) { // else the consumer stands behind records that are to be read again
            poll();
        }
    }

    /** Commits what is done within a time and drops the rest. */
    void finish(Duration within) {
        finishing = true;
        commitDone();
        if (bench.awaitFirst(within)) {
            commitDone();
        } else {
            LOG.atWarn().addKeyValue("stage", stage).log("a batch was not done within {} and is dropped", within);
        }
    }

    @Override
    public void close() {
        bench.dropAll();
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

    /** What has been done since the last commit goes into one: a device that is faster than commits does not wait for them. */
    private void commitDone() {
        List<Done> done = new ArrayList<>();
        for (Optional<Done> next = bench.takeDone(); next.isPresent(); next = bench.takeDone()) {
            done.add(next.get());
        }
        if (!done.isEmpty()) {
            submit(); // the device goes on while the transaction is written
            commit(done);
        }
    }

    /** A batch that follows another one waits to be full, for it has to wait anyway. */
    private void submit() {
        long now = nanoTime.getAsLong();
        while (!finishing && bench.hasRoom() && (bench.isIdle() ? pending.isReady(now) : pending.isFull())) {
            bench.put(pending.take());
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
        if (bench.isIdle() && pending.hasOnlyPositions() && nanoTime.getAsLong() - lastCommit > POSITIONS_NANOS) {
            commit(List.of(new Done(pending.take(), new Result())));
        }
    }

    /** Commits batches that follow each other, all or none. */
    private void commit(List<Done> done) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (Done each : done) {
            records.addAll(each.result().outputs());
            each.result().letters().forEach(letter -> records.add(letter.record()));
            positions.putAll(each.batch().positions()); // the later batch has come further
        }
        long start = nanoTime.getAsLong();
        boolean committed = transactions.commit(records, positions, consumer.groupMetadata());
        lastCommit = nanoTime.getAsLong();
        if (!committed) {
            dropAll(done.size());
            return;
        }
        meters.record(Meter.STAGE_COMMIT, Duration.ofNanos(lastCommit - start), stage);
        done.forEach(this::count);
    }

    private void count(Done done) {
        meters.add(Meter.STAGE_RECEIVED, done.batch().records().size(), stage);
        meters.add(Meter.STAGE_WRITTEN, done.result().outputs().size(), stage);
        done.result().letters().forEach(letter -> meters.count(Meter.DLQ, stage, letter.reason()));
    }

    private void dropAll(int uncommitted) {
        meters.add(Meter.STAGE_REPEATED, uncommitted + bench.size(), stage, "transaction");
        bench.dropAll();
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
        boolean idle = bench.isIdle();
        Duration timeout = Duration.ofNanos(Math.min(IDLE_POLL.toNanos(), pending.nanosToReady(before)));
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(idle ? timeout : BUSY_POLL);
        long now = nanoTime.getAsLong();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            begun.putIfAbsent(BatchBuffer.partitionOf(record), record.offset());
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
        for (Batch dropped : bench.dropFrom(gone)) {
            pending.putBack(dropped, gone, nanoTime.getAsLong());
            meters.count(Meter.STAGE_REPEATED, stage, "rebalance");
        }
    }
}
