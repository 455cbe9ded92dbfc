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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ledger and the metrics of a run, each record in a transaction of its own. The transactional id is the run's: a trainer that
 * starts fences the one before, which can then write nothing more.
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
    private volatile LedgerPosition position = new LedgerPosition("", -1, 0); // of the run's next record
    private final Reminder reminder = new Reminder(System::nanoTime);
    private volatile boolean closing;

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
    public LedgerPosition append(LedgerStep step) throws InterruptedException {
        return await(thread.submit(() -> {
            int partition = position.partition();
            RecordMetadata written = write(new ProducerRecord<>(
                    ledgerTopic,
                    partition < 0 ? null : partition,
                    run,
                    step,
                    headers.originate(run, step.getMixturePolicy())));
            position = new LedgerPosition(position.topicId(), written.partition(), written.offset() + 1);
            return position;
        }));
    }

    /** Returns once the metrics are written, which also proves that no other trainer has taken the run over. */
    public void write(TrainingMetrics record) throws InterruptedException {
        RecordMetadata unused = await(thread.submit(() -> write(new ProducerRecord<>(
                metricsTopic, null, run, record, headers.originate(run, record.getMixturePolicy())))));
    }

    @Override
    public void close() {
        closing = true;
        thread.shutdownNow();
        producer.close(Duration.ZERO); // what is uncommitted is to be aborted
    }

    private RecordMetadata write(ProducerRecord<String, SpecificRecord> record) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                producer.beginTransaction();
                Future<RecordMetadata> sent = producer.send(record);
                retry("commit", start, producer::commitTransaction);
                return sent.get();
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
        } catch (CancellationException closed) {
            throw new IllegalStateException("the training ledger was closed", closed);
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNull(failed.getCause());
            if (isFenced(cause)) {
                throw new ClusterException(
                        "another trainer has taken the run %s over; this one writes nothing more".formatted(run),
                        cause);
            }
            throw new IllegalStateException("the training ledger cannot be written: " + cause, cause);
        }
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
