package dev.latentstream.ingest.sources.state;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** The transactions of the one writer of a source. Not thread-safe. */
final class SourceTransactions implements AutoCloseable {
    /** Time that a commit has after a stop. What becomes of one that takes longer, the next run finds. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private final String source;
    private final TransactionalWriter writer;
    private @Nullable Long deadline;

    /** @param producer has the source's transactional id, and is closed with these transactions */
    SourceTransactions(String source, Producer<String, SpecificRecord> producer, Duration patience) {
        this.source = source;
        this.writer = new TransactionalWriter("transactions-" + source, producer, patience);
    }

    static SourceTransactions of(KafkaConnection connection, String source) {
        return new SourceTransactions(
                source,
                producer(connection, source),
                connection.settings().faults().patience());
    }

    static Producer<String, SpecificRecord> producer(KafkaConnection connection, String source) {
        return TransactionalWriter.producer(connection, connection.groupId("source-" + source), Map.of());
    }

    /** Fences every other writer, and resolves a transaction that one of them left open. */
    void start() {
        await(writer.start());
    }

    /** Writes all records or none, while the caller continues. */
    CompletableFuture<Void> commit(List<ProducerRecord<String, SpecificRecord>> records) {
        return writer.execute(() -> {
            List<Future<RecordMetadata>> unused = writer.write(
                    producer -> records.stream().map(producer::send).toList());
        });
    }

    /** Bounds the time for which it is waited from now on, as an interrupt does. */
    void stop() {
        if (deadline == null) {
            deadline = System.nanoTime() + STOP_WITHIN.toNanos();
        }
    }

    /**
     * Returns once a transaction is committed, whatever interrupts the thread meanwhile.
     *
     * @throws WriterFencedException if this is no longer the writer, or may not be
     * @throws InfrastructureException if the cluster refuses a record
     * @throws InterruptException if the cluster does not answer within some seconds after a stop
     */
    void await(Future<Void> transaction) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    get(transaction);
                    return;
                } catch (InterruptedException later) {
                    interrupted = true;
                    stop();
                }
            }
        } catch (TimeoutException silent) {
            throw new InterruptException("stopped while the cluster does not answer");
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNull(failed.getCause());
            if (TransactionalWriter.isFenced(cause) || TransactionalWriter.isOutcomeUnknown(cause)) {
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

    private void get(Future<Void> transaction) throws InterruptedException, ExecutionException, TimeoutException {
        if (deadline == null) {
            transaction.get();
        } else {
            transaction.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
