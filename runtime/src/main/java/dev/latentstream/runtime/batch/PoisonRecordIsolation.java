package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes a batch, and if it fails finds the records that caused it by trying each alone. Not thread-safe. */
final class PoisonRecordIsolation<I> {
    private static final Logger LOG = LoggerFactory.getLogger(PoisonRecordIsolation.class);

    private final Deserializer<I> deserializer;
    private final BatchProcessor<I> processor;
    private final OutputEncoder encoder;
    private final DeadLetters deadLetters;
    private final int failuresInARow;
    /** Failures since the last success. */
    private int consecutiveFailures;

    /** The records to write for a batch, collected during processing. */
    record Result(List<ProducerRecord<byte[], byte[]>> outputs, List<Letter> letters) {
        /** A dead letter, and its error as a label. */
        record Letter(ProducerRecord<byte[], byte[]> record, String reason) {}

        Result() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** A record with its decoded form. */
    private record Decoded<I>(ConsumerRecord<byte[], byte[]> record, InputRecord<I> received) {}

    PoisonRecordIsolation(
            Deserializer<I> deserializer,
            BatchProcessor<I> processor,
            OutputEncoder encoder,
            DeadLetters deadLetters,
            int failuresInARow) {
        this.deserializer = deserializer;
        this.processor = processor;
        this.encoder = encoder;
        this.deadLetters = deadLetters;
        this.failuresInARow = failuresInARow;
    }

    /**
     * Returns all outputs of a batch, and dead letters for the records that cannot be decoded or fail alone.
     *
     * @throws RuntimeException on an infrastructure failure, or if too many consecutive records failed
     */
    Result work(List<ConsumerRecord<byte[], byte[]>> batch) {
        Result result = new Result();
        List<Decoded<I>> decoded = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            try {
                decoded.add(new Decoded<>(record, decode(record)));
            } catch (RuntimeException undecodable) {
                setAside(record, undecodable, result);
            }
        }
        if (decoded.size() == 1 || !workTogether(decoded, result)) {
            decoded.forEach(each -> workAlone(each, result));
        }
        return result;
    }

    private boolean workTogether(List<Decoded<I>> decoded, Result result) {
        if (decoded.isEmpty()) {
            return true;
        }
        try {
            result.outputs().addAll(process(decoded));
            consecutiveFailures = 0;
            return true;
        } catch (RuntimeException failed) {
            rethrowUnlessData(failed);
            LOG.atWarn().setCause(failed).log("a batch of {} failed; its records are tried one by one", decoded.size());
            return false;
        }
    }

    private void workAlone(Decoded<I> decoded, Result result) {
        try {
            result.outputs().addAll(process(List.of(decoded)));
            consecutiveFailures = 0;
        } catch (RuntimeException failed) {
            setAside(decoded.record(), failed, result);
        }
    }

    private List<ProducerRecord<byte[], byte[]>> process(List<Decoded<I>> decoded) {
        List<OutputRecord<?>> outputs =
                processor.process(decoded.stream().map(Decoded::received).toList());
        List<ProducerRecord<byte[], byte[]>> encoded = new ArrayList<>();
        outputs.forEach(output -> encoded.add(encoder.encode(output)));
        return encoded;
    }

    private void setAside(ConsumerRecord<byte[], byte[]> record, RuntimeException error, Result result) {
        rethrowUnlessData(error);
        consecutiveFailures++;
        String where = "%s-%d offset %d".formatted(record.topic(), record.partition(), record.offset());
        if (consecutiveFailures >= failuresInARow) {
            throw new InfrastructureException(
                    "%d records in a row failed, the last at %s: %s".formatted(consecutiveFailures, where, error),
                    error);
        }
        LOG.atWarn().log("{} becomes a dead letter: {}", where, error.toString());
        result.letters().add(new Result.Letter(deadLetters.of(record, error), DeadLetters.reason(error)));
    }

    private static void rethrowUnlessData(RuntimeException error) {
        if (FailureKind.of(error) == FailureKind.INFRASTRUCTURE) {
            throw error;
        }
    }

    private InputRecord<I> decode(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            throw new SerializationException("the record has no key; the key must be the image id");
        }
        return new InputRecord<>(
                new String(record.key(), StandardCharsets.UTF_8),
                deserializer.deserialize(record.topic(), record.headers(), record.value()),
                record.headers(),
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp());
    }
}
