package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.TrainingMetrics;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ledger and the metrics of a run in transactions, beside those of the group's offsets. The steps that are appended while a
 * transaction is committed share the next one. The transactional ids are the run's: a trainer that starts fences the one before, which can
 * then write nothing more. Thread-safe.
 */
public final class TrainingLog implements FeedLedger, GroupOffsets.Writer, AutoCloseable {
    private static final String THREAD = "trainer-ledger";

    /** Suffix of a transactional id: no name of a run has a dot. */
    private static final String OFFSETS = ".offsets";

    /** Of transactions: it outlives a restart of the broker, and delays only readers of the ledger. */
    private static final int TEN_MINUTES = 600_000; // milliseconds

    /** Before a transaction, if the last one had several steps: then training is fast, and what counts is the cost of each transaction. */
    private static final Duration GATHERING = Duration.ofMillis(10);

    private final String run;
    private final String ledgerTopic;
    private final String metricsTopic;
    private final TransactionalWriter writer;
    private final OffsetTransactions offsets;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private final Queue<Appended> appended = new ConcurrentLinkedQueue<>(); // not yet in a transaction
    private volatile LedgerPosition position = new LedgerPosition("", -1, 0); // of the run's next record
    private final AtomicLong transactions = new AtomicLong();
    private volatile @Nullable RuntimeException failure; // of a step
    private boolean gathers; // only on the writer's thread

    /** A step that is to be written. */
    private record Appended(LedgerStep step, CompletableFuture<LedgerPosition> written) {}

    /**
     * Writes with producers that have transactional ids of the run and are closed with this log.
     *
     * @param offsets makes the producers of the group's offsets, one after the other
     * @param patience longest time without an answer of the cluster
     */
    public TrainingLog(
            String run,
            String ledgerTopic,
            String metricsTopic,
            Producer<String, SpecificRecord> producer,
            Supplier<Producer<String, SpecificRecord>> offsets,
            Duration patience) {
        this.run = run;
        this.ledgerTopic = ledgerTopic;
        this.metricsTopic = metricsTopic;
        this.writer = new TransactionalWriter(THREAD, producer, patience);
        this.offsets = new OffsetTransactions(offsets, transactions::get);
    }

    /**
     * Returns the log of a run on a cluster.
     *
     * @param clientName name of the run's Kafka clients, without the connection's prefix
     */
    public static TrainingLog of(KafkaConnection connection, String run, String clientName) {
        Map<String, Object> defaults = Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd", // halves image ids
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                TEN_MINUTES);
        String id = connection.groupId(clientName);
        return new TrainingLog(
                run,
                connection.topics().trainingLedger().name(),
                connection.topics().trainingMetrics().name(),
                TransactionalWriter.producer(connection, id, defaults),
                () -> TransactionalWriter.producer(connection, id + OFFSETS, Map.of()),
                connection.settings().faults().patience());
    }

    /** Fences other trainers of the run, and resolves a transaction that one of them left open. */
    public void start() throws InterruptedException {
        await(writer.start());
        offsets.start();
    }

    /** Sets where the run's next record belongs. */
    public void continueAt(LedgerPosition next) {
        position = next;
    }

    @Override
    public CompletableFuture<LedgerPosition> append(LedgerStep step) {
        CompletableFuture<LedgerPosition> written = new CompletableFuture<>();
        appended.add(new Appended(step, written));
        CompletableFuture<Void> unused = writer.execute(this::writeAppended);
        if (unused.isCompletedExceptionally()) { // it is closed
            fail(takeAppended(), closed());
        }
        return written;
    }

    /** Writes all steps that were appended since the last transaction of steps; none after one that failed, so that there is no gap. */
    private void writeAppended() {
        if (appended.isEmpty()) {
            return; // the last transaction had them
        }
        if (gathers) {
            LockSupport.parkNanos(GATHERING.toNanos());
        }
        List<Appended> steps = takeAppended();
        gathers = steps.size() > 1;
        RuntimeException reason = failure;
        if (reason == null) {
            try {
                complete(steps, write(steps.stream().map(this::record).toList()));
                return;
            } catch (Throwable failed) {
                reason = unwritten(failed);
                failure = reason;
            }
        }
        fail(steps, reason);
    }

    private void complete(List<Appended> steps, List<RecordMetadata> written) {
        for (int i = 0; i < steps.size(); i++) {
            RecordMetadata at = written.get(i);
            position = new LedgerPosition(position.topicId(), at.partition(), at.offset() + 1);
            steps.get(i).written().complete(position);
        }
    }

    private List<Appended> takeAppended() {
        List<Appended> steps = new ArrayList<>();
        for (Appended next = appended.poll(); next != null; next = appended.poll()) {
            steps.add(next);
        }
        return steps;
    }

    private static void fail(List<Appended> steps, RuntimeException reason) {
        steps.forEach(step -> step.written().completeExceptionally(reason));
    }

    private ProducerRecord<String, SpecificRecord> record(Appended next) {
        LedgerStep step = next.step();
        int partition = position.partition();
        return new ProducerRecord<>(
                ledgerTopic,
                partition < 0 ? null : partition,
                run,
                step,
                headers.originate(run, step.getMixturePolicy()));
    }

    /** Returns once the metrics are written, which also proves that no other trainer has taken the run over. */
    public void write(TrainingMetrics record) throws InterruptedException {
        await(writer.execute(() -> write(List.of(new ProducerRecord<>(
                metricsTopic, null, run, record, headers.originate(run, record.getMixturePolicy()))))));
    }

    /** Commits beside the ledger: if the group or the cluster refuses them, the run continues. */
    @Override
    public CompletableFuture<Void> commit(
            Map<TopicPartition, OffsetAndMetadata> positions, ConsumerGroupMetadata group) {
        RuntimeException reason = failure;
        return reason == null ? offsets.commit(positions, group) : CompletableFuture.failedFuture(reason);
    }

    @Override
    public void close() {
        writer.close();
        offsets.close();
        fail(takeAppended(), closed());
    }

    /** Writes records in one transaction. */
    private List<RecordMetadata> write(List<ProducerRecord<String, SpecificRecord>> records) {
        List<Future<RecordMetadata>> committed =
                writer.write(producer -> records.stream().map(producer::send).toList());
        transactions.incrementAndGet();
        return committed.stream().map(TrainingLog::place).toList();
    }

    /** Returns the place of a committed record. */
    private static RecordMetadata place(Future<RecordMetadata> committed) {
        try {
            return committed.get();
        } catch (InterruptedException | ExecutionException impossible) {
            throw new IllegalStateException("a committed record has no place", impossible);
        }
    }

    private void await(Future<Void> result) throws InterruptedException {
        try {
            result.get();
        } catch (ExecutionException failed) {
            throw unwritten(Objects.requireNonNull(failed.getCause()));
        }
    }

    private RuntimeException unwritten(Throwable cause) {
        if (cause instanceof RejectedExecutionException) {
            return closed();
        }
        if (TransactionalWriter.isFenced(cause)) {
            return new ClusterException(
                    "another trainer has taken the run %s over; this one writes nothing more".formatted(run), cause);
        }
        return TransactionalWriter.isOutcomeUnknown(cause)
                ? new ClusterException(
                        "the cluster did not say whether it committed what the run %s wrote to its ledger, as while another trainer takes it over; a trainer that resumes it reads what is there: %s"
                                .formatted(run, cause.getMessage()),
                        cause)
                : new IllegalStateException(
                        "the training ledger cannot be written: " + FailureWords.describe(cause), cause);
    }

    private static RuntimeException closed() {
        return new IllegalStateException("the training ledger was closed");
    }
}
