package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.batch.BatchBuffer.Batch;
import dev.latentstream.runtime.batch.InFlightBatches.Done;
import dev.latentstream.runtime.batch.PoisonRecordIsolation.Result;
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
 * The logic of a {@link BatchLoop}, step by step, on the thread that owns consumer and producer.
 *
 * <pre>
 *   poll -> buffer -> worker (one batch in process, full batches queued) -> transaction(outputs, dead letters, positions)
 * </pre>
 *
 * <p>The worker has a dedicated thread, so the consumer is polled and stays in its group however long a batch takes. Batches are
 * committed in the order in which they were taken; finished batches share a transaction. A batch with a partition that is revoked
 * before its commit is dropped together with all later ones, and their records of the remaining partitions are processed again.
 * After a failed transaction all uncommitted records are read again.
 */
final class BatchEngine implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchEngine.class);

    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(5);
    private static final Duration CLIENT_CLOSE = Duration.ofSeconds(5);
    /** The longest time that positions past transaction markers stay uncommitted and count as lag. */
    private static final long POSITIONS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Transactions transactions;
    private final Function<List<ConsumerRecord<byte[], byte[]>>, Result> work;
    private final InFlightBatches inFlight;
    private final BatchBuffer buffer;
    private final LongSupplier nanoTime;
    private final BatchMeters meters;
    /** The first offset read in each partition: the position to seek back to as long as nothing is committed. */
    private final Map<TopicPartition, Long> firstOffsets = new HashMap<>();

    private boolean subscribed;
    private boolean rewinding;
    private boolean finishing;
    private long lastCommit;

    BatchEngine(
            String topic,
            Consumer<byte[], byte[]> consumer,
            Transactions transactions,
            Function<List<ConsumerRecord<byte[], byte[]>>, Result> work,
            Executor worker,
            BatchSettings settings,
            LongSupplier nanoTime,
            BatchMeters meters) {
        this.topic = topic;
        this.consumer = consumer;
        this.transactions = transactions;
        this.work = work;
        this.inFlight = new InFlightBatches(worker, this::timed);
        this.buffer = new BatchBuffer(settings.batchSize(), settings.flushAfter());
        this.nanoTime = nanoTime;
        this.meters = meters;
    }

    /** Commits finished batches, submits the ones that are ready, and polls once. */
    void step() {
        if (!isReady()) {
            return;
        }
        commitDone();
        submit();
        commitPositions();
        if (!rewinding) { // otherwise the consumer is past records that must be read again
            poll();
        }
    }

    /** Commits the batches that finish within a time and drops the rest. */
    void finish(Duration within) {
        finishing = true;
        commitDone();
        if (inFlight.awaitFirst(within)) {
            commitDone();
        } else {
            LOG.atWarn()
                    .addKeyValue("stage", meters.stage())
                    .log("a batch did not finish within {} and is dropped", within);
        }
    }

    @Override
    public void close() {
        inFlight.dropAll();
        transactions.close();
        consumer.close(CloseOptions.timeout(CLIENT_CLOSE));
    }

    /** Prepares a poll: initialises transactions, and seeks to the last commit after a failed transaction. */
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
            LOG.atWarn().addKeyValue("stage", meters.stage()).log("the cluster does not answer: {}", later.toString());
            return false;
        }
    }

    private void rewind() {
        Set<TopicPartition> assigned = consumer.assignment();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned);
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata position = committed.get(partition);
            Long first = firstOffsets.get(partition);
            if (position != null) {
                consumer.seek(partition, position);
            } else if (first != null) {
                consumer.seek(partition, first);
            }
        }
        rewinding = false;
    }

    /** Commits all finished batches in one transaction, so that a device that is faster than commits does not wait for them. */
    private void commitDone() {
        List<Done> done = new ArrayList<>();
        for (Optional<Done> next = inFlight.takeDone(); next.isPresent(); next = inFlight.takeDone()) {
            done.add(next.get());
        }
        if (!done.isEmpty()) {
            submit(); // keeps the device busy while the transaction is written
            commit(done);
        }
    }

    /** Submits batches; while the worker is busy only full ones, since a partial batch would have to wait anyway. */
    private void submit() {
        long now = nanoTime.getAsLong();
        while (!finishing && inFlight.hasRoom() && (inFlight.isIdle() ? buffer.isReady(now) : buffer.isFull())) {
            inFlight.put(buffer.take());
        }
    }

    private Result timed(Batch batch) {
        long start = nanoTime.getAsLong();
        Result result = work.apply(batch.records());
        meters.processed(batch, nanoTime.getAsLong() - start);
        return result;
    }

    /** Commits positions past transaction markers, so that the lag of an idle stage is 0. */
    private void commitPositions() {
        if (inFlight.isIdle() && buffer.hasOnlyPositions() && nanoTime.getAsLong() - lastCommit > POSITIONS_NANOS) {
            commit(List.of(new Done(buffer.take(), new Result())));
        }
    }

    /** Commits consecutive batches, all or none. */
    private void commit(List<Done> done) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (Done each : done) {
            records.addAll(each.result().outputs());
            each.result().letters().forEach(letter -> records.add(letter.record()));
            positions.putAll(each.batch().positions()); // a later batch has later positions
        }
        long start = nanoTime.getAsLong();
        boolean committed = transactions.commit(records, positions, consumer.groupMetadata());
        lastCommit = nanoTime.getAsLong();
        if (!committed) {
            dropAll(done.size());
            return;
        }
        meters.committed(done, lastCommit - start);
        for (Done each : done) {
            each.result().defect().ifPresent(defect -> {
                throw defect;
            });
        }
    }

    private void dropAll(int uncommitted) {
        meters.repeated(uncommitted + inFlight.size(), "transaction");
        inFlight.dropAll();
        buffer.clear();
        rewinding = true;
    }

    private void poll() {
        if (buffer.isFull()) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
        long before = nanoTime.getAsLong();
        boolean idle = inFlight.isIdle();
        Duration timeout = Duration.ofNanos(Math.min(IDLE_POLL.toNanos(), buffer.nanosToReady(before)));
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(idle ? timeout : BUSY_POLL);
        long now = nanoTime.getAsLong();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            firstOffsets.putIfAbsent(BatchBuffer.partitionOf(record), record.offset());
        }
        buffer.add(polled, now);
        if (idle) {
            meters.waited(now - before);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        LOG.atInfo()
                .addKeyValue("stage", meters.stage())
                .addKeyValue("partitions", assigned)
                .log("assigned");
    }

    /** Called within a poll, for partitions that are revoked or lost. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> gone) {
        LOG.atInfo()
                .addKeyValue("stage", meters.stage())
                .addKeyValue("partitions", gone)
                .log("revoked");
        buffer.forget(gone);
        firstOffsets.keySet().removeAll(gone);
        for (Batch dropped : inFlight.dropFrom(gone)) {
            buffer.putBack(dropped, gone, nanoTime.getAsLong());
            meters.repeated(1, "rebalance");
        }
    }
}
