package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records and offsets atomically in one transaction. Not thread-safe.
 *
 * <p>An error that a retry can resolve (an unreachable broker, a rebalance) aborts the transaction. If the outcome is unknown, the
 * producer is recreated, which resolves the transaction on the broker. Being fenced is final: another instance has the same id.
 */
final class Transactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Meters meters;
    private Producer<byte[], byte[]> producer;
    private Meters.Binding binding;
    private boolean initialised;

    Transactions(Supplier<Producer<byte[], byte[]>> producers, Meters meters) {
        this.producers = producers;
        this.meters = meters;
        this.producer = producers.get();
        this.binding = meters.bind(producer);
    }

    /** Returns whether the records and offsets are committed; if not, the committed offsets show whether they are after all. */
    boolean commit(
            Collection<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> positions,
            ConsumerGroupMetadata group) {
        try {
            initialise();
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                // The commit throws the error of a send.
                Future<RecordMetadata> unused = producer.send(record);
            }
            // It returns after a request that follows the records, so that the commit cannot be sent before them.
            producer.sendOffsetsToTransaction(positions, group);
            producer.commitTransaction();
            return true;
        } catch (KafkaException failed) {
            if (!isRetriable(failed)) {
                throw failed;
            }
            LOG.atWarn()
                    .log(
                            "transaction of {} records failed and will be repeated: {}",
                            records.size(),
                            failed.toString());
            abort(failed);
            return false;
        }
    }

    /** Resolves a transaction that an earlier run of this instance left open; the first call only. */
    void initialise() {
        if (!initialised) {
            producer.initTransactions();
            initialised = true;
        }
    }

    @Override
    public void close() {
        binding.close();
        producer.close(Duration.ZERO); // uncommitted records are to be aborted, not flushed
    }

    private void abort(KafkaException failed) {
        if (!initialised || isUnknownOutcome(failed)) {
            renew();
            return;
        }
        try {
            producer.abortTransaction();
        } catch (KafkaException unaborted) {
            LOG.atWarn().log("abort failed, so the producer is recreated: {}", unaborted.toString());
            renew();
        }
    }

    private void renew() {
        close();
        producer = producers.get();
        binding = meters.bind(producer);
        initialised = false;
    }

    private static boolean isUnknownOutcome(KafkaException error) {
        return causedBy(error, TimeoutException.class);
    }

    private static boolean isRetriable(KafkaException error) {
        if (causedBy(error, ProducerFencedException.class) || causedBy(error, FencedInstanceIdException.class)) {
            return false;
        }
        return causedBy(error, RetriableException.class)
                || causedBy(error, CommitFailedException.class)
                || causedBy(error, RebalanceInProgressException.class)
                || causedBy(error, IllegalGenerationException.class)
                || causedBy(error, UnknownMemberIdException.class)
                || causedBy(error, InvalidProducerEpochException.class)
                || causedBy(error, InvalidTxnStateException.class)
                || causedBy(error, TransactionAbortableException.class);
    }

    private static boolean causedBy(Throwable error, Class<? extends Throwable> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
