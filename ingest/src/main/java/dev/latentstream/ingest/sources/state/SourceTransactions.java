package dev.latentstream.ingest.sources.state;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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
 * The transactions of the one writer of a source, on a thread of their own, so that an interrupt never ends one halfway. While the
 * cluster does not answer, they are tried again, for as long as {@code kafka.patience} says. Not thread-safe.
 */
final class SourceTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceTransactions.class);

    private final String source;
    private final Producer<String, SpecificRecord> producer;
    private final Duration patience;
    private final ExecutorService thread;
    private final Reminder reminder = new Reminder(System::nanoTime);
    private volatile boolean closing;

    /** @param producer has the source's transactional id, and is closed with these transactions */
    SourceTransactions(String source, Producer<String, SpecificRecord> producer, Duration patience) {
        this.source = source;
        this.producer = producer;
        this.patience = patience;
        this.thread = Executors.newSingleThreadExecutor(Threads.daemons("transactions-" + source));
    }

    static SourceTransactions of(KafkaConnection connection, String source) {
        return new SourceTransactions(
                source,
                producer(connection, source),
                connection.settings().faults().patience());
    }

    static Producer<String, SpecificRecord> producer(KafkaConnection connection, String source) {
        return new KafkaProducer<>(
                connection.transactionalProperties(connection.groupId("source-" + source)),
                new StringSerializer(),
                serializer(connection));
    }

    /** The serdes write records of any schema. */
    @SuppressWarnings("unchecked")
    private static Serializer<SpecificRecord> serializer(KafkaConnection connection) {
        return (Serializer<SpecificRecord>)
                (Serializer<?>) connection.serializer(connection.topics().imagesRaw());
    }

    /** Fences every other writer, and resolves a transaction that one of them left open. */
    void start() {
        await(CompletableFuture.runAsync(
                () -> retry("fence other writers", System.nanoTime(), producer::initTransactions), thread));
    }

    /** Writes all records or none, while the caller continues. */
    CompletableFuture<Void> commit(List<ProducerRecord<String, SpecificRecord>> records) {
        return CompletableFuture.runAsync(() -> write(records), thread);
    }

    /**
     * Returns once a transaction is committed, whatever interrupts the thread meanwhile.
     *
     * @throws WriterFencedException if this is no longer the writer
     * @throws InfrastructureException if the cluster refuses a record
     */
    void await(Future<Void> transaction) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    transaction.get();
                    return;
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNull(failed.getCause());
            if (isCausedBy(cause, ProducerFencedException.class)
                    || isCausedBy(cause, InvalidProducerEpochException.class)) {
                throw new WriterFencedException(cause);
            }
            if (cause instanceof Error broken) {
                throw broken;
            }
            throw new InfrastructureException(
                    "the cluster refuses records of the source %s: %s".formatted(source, cause.getMessage()), cause);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        thread.shutdownNow();
        producer.close(Duration.ZERO); // what is uncommitted is to be aborted
    }

    private void write(List<ProducerRecord<String, SpecificRecord>> records) {
        long start = System.nanoTime();
        while (true) {
            try {
                producer.beginTransaction();
                for (ProducerRecord<String, SpecificRecord> record : records) {
                    Future<RecordMetadata> unused = producer.send(record); // the commit throws its error
                }
                retry("commit", start, producer::commitTransaction);
                return;
            } catch (KafkaException failed) {
                if (isGivenUp(start) || !isRetriable(failed)) {
                    throw failed;
                }
                LOG.atWarn()
                        .addKeyValue("source", source)
                        .log("{} records cannot be written at present: {}", records.size(), failed.toString());
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
                    LOG.atWarn().addKeyValue("source", source).log("cannot {} at present: {}", what, silent.toString());
                }
            }
        }
    }

    private boolean isGivenUp(long start) {
        return closing || System.nanoTime() - start > patience.toNanos();
    }

    private static boolean isRetriable(KafkaException failure) {
        return !isCausedBy(failure, ProducerFencedException.class)
                && !isCausedBy(failure, InvalidProducerEpochException.class)
                && (isCausedBy(failure, RetriableException.class)
                        || isCausedBy(failure, TransactionAbortableException.class));
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
