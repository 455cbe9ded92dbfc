package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.TrainingMetrics;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ledger and the metrics of a run in transactions. The steps that are appended while a transaction is committed share the next
 * one. The transactional id is the run's: a trainer that starts fences the one before, which can then write nothing more.
 *
 * <p>Transactions run on one dedicated thread, so that an interrupt of a waiting thread never ends one halfway. While the cluster does not
 * answer, they are tried again, for as long as {@code kafka.patience} says. Thread-safe.
 */
public final class TrainingLog implements FeedLedger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLog.class);
    private static final String THREAD = "trainer-ledger";
    private static final String TIMEOUT = ProducerConfig.TRANSACTION_TIMEOUT_CONFIG;
    private static final int TEN_MINUTES = 600_000; // milliseconds

    private final String run;
    private final String ledgerTopic;
    private final String metricsTopic;
    private final Producer<String, SpecificRecord> producer;
    private final Duration patience;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Threads.daemons(THREAD));
    private final Queue<Appended> appended = new ConcurrentLinkedQueue<>(); // not yet in a transaction
    private volatile LedgerPosition position = new LedgerPosition("", -1, 0); // of the run's next record
    private final Reminder reminder = new Reminder(System::nanoTime);
    private @Nullable RuntimeException failure; // of a step; on the thread
    private volatile boolean closing;

    /** A step that is to be written. */
    private record Appended(LedgerStep step, CompletableFuture<LedgerPosition> written) {}

    /**
     * Writes with a producer that has the run's transactional id and is closed with this log.
     *
     * @param patience longest time without an answer of the cluster
     */
    public TrainingLog(
            String run,
            String ledgerTopic,
            String metricsTopic,
            Producer<String, SpecificRecord> producer,
            Duration patience) {
        this.run = run;
        this.patience = patience;
        this.ledgerTopic = ledgerTopic;
        this.metricsTopic = metricsTopic;
        this.producer = producer;
    }

    /**
     * Returns the log of a run on a cluster.
     *
     * @param clientName name of the run's Kafka clients, without the connection's prefix
     */
    public static TrainingLog of(KafkaConnection connection, String run, String clientName) {
        Map<String, Object> properties =
                new HashMap<>(connection.transactionalProperties(connection.groupId(clientName)));
        properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"); // halves image ids
        Map<String, String> given = connection.settings().properties();
        if (!given.containsKey(TIMEOUT) && !given.containsKey("producer." + TIMEOUT)) {
            properties.put(
                    TIMEOUT, TEN_MINUTES); // it outlives a restart of the broker, and delays only readers of the ledger
        }
        return new TrainingLog(
                run,
                connection.topics().trainingLedger().name(),
                connection.topics().trainingMetrics().name(),
                new KafkaProducer<>(properties, new StringSerializer(), serializer(connection)),
                connection.settings().faults().patience());
    }

    /** The serdes write records of any schema. */
    @SuppressWarnings("unchecked")
    private static Serializer<SpecificRecord> serializer(KafkaConnection connection) {
        return (Serializer<SpecificRecord>)
                (Serializer<?>) connection.serializer(connection.topics().trainingLedger());
    }

    /** Fences other trainers of the run, and resolves a transaction that one of them left open. */
    public void start() throws InterruptedException {
        await(thread.submit(() -> {
            retry("fence other trainers of the run", System.nanoTime(), producer::initTransactions);
            return run;
        }));
    }

    /** Sets where the run's next record belongs. */
    public void continueAt(LedgerPosition next) {
        position = next;
    }

    @Override
    public CompletableFuture<LedgerPosition> append(LedgerStep step) {
        CompletableFuture<LedgerPosition> written = new CompletableFuture<>();
        appended.add(new Appended(step, written));
        try {
            thread.execute(this::writeAppended);
        } catch (RejectedExecutionException late) {
            fail(takeAppended(), closed(late));
        }
        return written;
    }

    /** Writes all steps that were appended since the last transaction of steps; none after one that failed, so that there is no gap. */
    private void writeAppended() {
        List<Appended> steps = takeAppended();
        if (steps.isEmpty()) {
            return; // the last transaction had them
        }
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
        List<RecordMetadata> unused = await(thread.submit(() -> write(List.of(new ProducerRecord<>(
                metricsTopic, null, run, record, headers.originate(run, record.getMixturePolicy()))))));
    }

    @Override
    public void close() {
        closing = true;
        thread.shutdownNow();
        producer.close(Duration.ZERO); // what is uncommitted is to be aborted
        fail(takeAppended(), closed(null));
    }

    /** Writes records in one transaction. */
    private List<RecordMetadata> write(List<ProducerRecord<String, SpecificRecord>> records) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                producer.beginTransaction();
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                records.forEach(record -> sent.add(producer.send(record)));
                retry("commit", start, producer::commitTransaction);
                List<RecordMetadata> written = new ArrayList<>();
                for (Future<RecordMetadata> record : sent) {
                    written.add(record.get());
                }
                return written;
            } catch (KafkaException failed) {
                if (isGivenUp(start) || !isRetriable(failed)) {
                    throw failed;
                }
                LOG.atWarn()
                        .addKeyValue("run", run)
                        .log("the ledger cannot be written at present: {}", failed.toString());
                retry("abort", start, producer::abortTransaction);
            }
        }
    }

    /** Repeats a call after a time-out, as the producer's documentation allows. */
    private void retry(String what, long start, Runnable call) {
        while (true) {
            try {
                call.run();
                return;
            } catch (TimeoutException silent) {
                if (isGivenUp(start)) {
                    throw silent;
                }
                if (reminder.add(1) > 0) {
                    LOG.atWarn().addKeyValue("run", run).log("cannot {} at present: {}", what, silent.toString());
                }
            }
        }
    }

    private boolean isGivenUp(long start) {
        return closing || System.nanoTime() - start > patience.toNanos();
    }

    private <T> T await(Future<T> result) throws InterruptedException {
        try {
            return result.get();
        } catch (CancellationException late) {
            throw closed(late);
        } catch (ExecutionException failed) {
            throw unwritten(Objects.requireNonNull(failed.getCause()));
        }
    }

    private RuntimeException unwritten(Throwable cause) {
        return isFenced(cause)
                ? new ClusterException(
                        "another trainer has taken the run %s over; this one writes nothing more".formatted(run), cause)
                : new IllegalStateException("the training ledger cannot be written: " + cause, cause);
    }

    private static RuntimeException closed(@Nullable Throwable cause) {
        return new IllegalStateException("the training ledger was closed", cause);
    }

    private static boolean isFenced(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRetriable(KafkaException failure) {
        if (isFenced(failure)) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException || cause instanceof TransactionAbortableException) {
                return true;
            }
        }
        return false;
    }
}
