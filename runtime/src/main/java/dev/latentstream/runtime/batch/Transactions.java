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
 * Writes records and positions so that both become visible or neither does. For one thread.
 *
 * <p>What a later try can mend (a broker that is away, a rebalance) aborts the transaction. Where not even its outcome is known,
 * the producer is made anew, which settles the transaction on the broker. Being fenced is final: another instance has this one's
 * identity.
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

    /** Whether the records and positions are now visible; if not, they are not, or whoever reads committed positions will see. */
    boolean commit(
            Collection<ProducerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> positions,
            ConsumerGroupMetadata group) {
        try {
            initialise();
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                // The commit throws what a send met.
                Future<RecordMetadata> unused = producer.send(record);
            }
            producer.sendOffsetsToTransaction(positions, group);
            producer.commitTransaction();
            return true;
        } catch (KafkaException failed) {
            if (!isMendable(failed)) {
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

    /** Ends whatever transaction an earlier run of this instance left open, once. */
    void initialise() {
        if (!initialised) {
            producer.initTransactions();
            initialised = true;
        }
    }

    @Override
    public void close() {
        binding.close();
        producer.close(Duration.ZERO); // what is not committed by now is to be aborted, not waited for
    }

    private void abort(KafkaException failed) {
        if (!initialised || isUnknownOutcome(failed)) {
            renew();
            return;
        }
        try {
            producer.abortTransaction();
        } catch (KafkaException unaborted) {
            LOG.atWarn().log("not aborted, so the producer is made anew: {}", unaborted.toString());
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

    private static boolean isMendable(KafkaException error) {
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
