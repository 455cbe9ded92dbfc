package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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
 * The transactions of the only writer that has a transactional id, one after the other on a dedicated thread, so that an interrupt of the
 * caller never ends one halfway. While the cluster does not answer, they are repeated, for as long as {@code kafka.patience} says.
 * Thread-safe.
 */
public final class TransactionalWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionalWriter.class);

    private final String name;
    private final Producer<String, SpecificRecord> producer;
    private final Duration patience;
    private final ExecutorService thread;
    private final Reminder reminder = new Reminder(System::nanoTime);
    private volatile boolean closing;

    /**
     * Writes nothing before {@link #start}.
     *
     * @param name of the thread, also in messages
     * @param producer has the transactional id, and is closed with this writer
     * @param patience longest time without an answer of the cluster
     */
    public TransactionalWriter(String name, Producer<String, SpecificRecord> producer, Duration patience) {
        this.name = name;
        this.producer = producer;
        this.patience = patience;
        this.thread = Executors.newSingleThreadExecutor(Threads.daemons(name));
    }

    /**
     * Returns a producer of records of any schema.
     *
     * @param defaults properties that the settings may replace
     */
    public static Producer<String, SpecificRecord> producer(
            KafkaConnection connection, String transactionalId, Map<String, Object> defaults) {
        Map<String, Object> properties = new HashMap<>(connection.transactionalProperties(transactionalId));
        Map<String, String> given = connection.settings().properties();
        defaults.forEach((key, value) -> {
            if (!given.containsKey(key) && !given.containsKey("producer." + key)) {
                properties.put(key, value);
            }
        });
        return new KafkaProducer<>(properties, new StringSerializer(), serializer(connection));
    }

    /** The serdes write records of any schema; the topic only names the type. */
    @SuppressWarnings("unchecked")
    private static Serializer<SpecificRecord> serializer(KafkaConnection connection) {
        return (Serializer<SpecificRecord>)
                (Serializer<?>) connection.serializer(connection.topics().imagesRaw());
    }

    /** Fences every other writer, and resolves a transaction that one of them left open. */
    public CompletableFuture<Void> start() {
        return CompletableFuture.runAsync(
                () -> retry("fence other writers", System.nanoTime(), producer::initTransactions), thread);
    }

    /** Runs a task on the thread of the transactions, after those before. */
    public CompletableFuture<Void> execute(Runnable task) {
        try {
            return CompletableFuture.runAsync(task, thread);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }

    /**
     * Writes all of a transaction or nothing; on the thread of the transactions.
     *
     * @param content sends the records of the transaction; called again if the transaction is aborted and repeated
     * @return the result of the content, once the transaction is committed
     */
    public <T> T write(Function<Producer<String, SpecificRecord>, T> content) {
        long start = System.nanoTime();
        while (true) {
            try {
                producer.beginTransaction();
                T result = content.apply(producer);
                retry("commit", start, () -> commit(producer)); // throws the errors of the sends
                return result;
            } catch (KafkaException failed) {
                if (isGivenUp(start) || !isRetriable(failed)) {
                    throw failed;
                }
                LOG.atWarn()
                        .addKeyValue("writer", name)
                        .log("a transaction cannot be written at present: {}", failed.toString());
                retry("abort", start, producer::abortTransaction);
            }
        }
    }

    /**
     * Commits once every record is acknowledged. Without the wait, the producer's own thread, which asks first whether records are
     * unsent and then for its next request, can send a commit that was requested in between before the records themselves: the broker
     * then ends the transaction without them, or refuses to end one that it has not seen begin.
     *
     * @param producer has an open transaction
     */
    public static void commit(Producer<?, ?> producer) {
        producer.flush();
        producer.commitTransaction();
    }

    /** Returns whether a failure means that another writer has the transactional id, or that the cluster ended a transaction for its age. */
    public static boolean isFenced(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a failure leaves open what became of a commit: so may the broker answer one during which the writer is fenced. */
    public static boolean isOutcomeUnknown(Throwable failure) {
        return failure.getClass() == KafkaException.class && failure.getCause() == null;
    }

    @Override
    public void close() {
        closing = true;
        thread.shutdownNow();
        producer.close(Duration.ZERO); // what is uncommitted is to be aborted
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
                    LOG.atWarn().addKeyValue("writer", name).log("cannot {} at present: {}", what, silent.toString());
                }
            }
        }
    }

    private boolean isGivenUp(long start) {
        return closing || System.nanoTime() - start > patience.toNanos();
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
