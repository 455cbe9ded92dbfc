package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the group's offsets of a run in transactions of a producer of their own. Kafka's producer retries an offset of a deleted topic
 * until the topic exists again, and cannot abort meanwhile; so a producer whose transaction failed is replaced, which ends the
 * transaction, and the ledger waits for none of this. Thread-safe.
 */
final class OffsetTransactions implements GroupOffsets.Writer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetTransactions.class);
    private static final String THREAD = "trainer-offsets";

    /** Short, since only lag tools miss the offsets. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final long NONE = -1;

    private final Supplier<Producer<String, SpecificRecord>> producers;
    private final LongSupplier ledgerTransactions;
    private @Nullable TransactionalWriter writer;
    private volatile long failedAt = NONE; // the ledger's transactions when the present producer failed
    private boolean closed;

    /**
     * Opens no producer before {@link #start}.
     *
     * @param producers all have the same transactional id
     * @param ledgerTransactions number of the ledger's transactions so far; a trainer whose run was taken over has no more of them
     */
    OffsetTransactions(Supplier<Producer<String, SpecificRecord>> producers, LongSupplier ledgerTransactions) {
        this.producers = producers;
        this.ledgerTransactions = ledgerTransactions;
    }

    /** Fences other trainers of the run, and resolves a transaction that one of them left open; warns if it cannot. */
    void start() throws InterruptedException {
        try {
            open().get();
        } catch (ExecutionException failed) {
            LOG.atWarn().log("offsets cannot be committed at present: {}", FailureWords.describe(failed));
        }
    }

    private synchronized CompletableFuture<Void> open() {
        if (closed) {
            return CompletableFuture.failedFuture(new RejectedExecutionException("closed"));
        }
        failedAt = NONE;
        TransactionalWriter opened = new TransactionalWriter(THREAD, producers.get(), PATIENCE);
        writer = opened;
        return watched(opened.start());
    }

    /** After a failure, commits nothing until the ledger's next transaction has shown that this trainer still has the run. */
    @Override
    public synchronized CompletableFuture<Void> commit(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
        if (failedAt != NONE) {
            closeWriter();
            if (ledgerTransactions.getAsLong() == failedAt) {
                return ready;
            }
            ready = open();
        }
        TransactionalWriter current = writer;
        if (current == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("offsets cannot be committed before the start"));
        }
        return watched(ready.thenCompose(started -> current.execute(() -> write(current, offsets, group))));
    }

    private static void write(
            TransactionalWriter writer, Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        Map<TopicPartition, OffsetAndMetadata> unused = writer.write(producer -> {
            producer.sendOffsetsToTransaction(offsets, group);
            return offsets;
        });
    }

    private CompletableFuture<Void> watched(CompletableFuture<Void> task) {
        return task.whenComplete((done, failed) -> {
            if (failed != null) {
                failedAt = ledgerTransactions.getAsLong();
            }
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeWriter();
    }

    private void closeWriter() {
        TransactionalWriter opened = writer;
        if (opened != null) {
            opened.close();
            writer = null;
        }
    }
}
