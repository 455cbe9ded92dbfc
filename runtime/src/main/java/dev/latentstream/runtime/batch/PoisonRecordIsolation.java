package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.kafka.DeadLetterReason;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes a batch, and if it fails finds the records that caused it by trying each alone. Not thread-safe.
 *
 * <p>Records that are themselves at fault become dead letters, however many there are. Too many consecutive failures of another kind
 * are a defect: the stage stops, but only once their dead letters are committed, so that a restart is past them.
 */
final class PoisonRecordIsolation<I> {
    private static final Logger LOG = LoggerFactory.getLogger(PoisonRecordIsolation.class);

    private final Deserializer<I> deserializer;
    private final BatchProcessor<I> processor;
    private final OutputEncoder encoder;
    private final DeadLetters deadLetters;
    private final FailedRecords failed;
    private final ErrorsTolerance tolerance;
    private final int failuresInARow;
    private final Reminder reminder = new Reminder(System::nanoTime);
    /** Failures since the last success that the records are not known to be at fault for. */
    private int consecutiveFailures;

    /** The class of the last of them. */
    private String kind = "";

    private @Nullable InfrastructureException defect;

    /**
     * The records to write for a batch, collected during processing.
     *
     * @param defect stops the stage after these records are committed
     */
    record Result(
            List<ProducerRecord<byte[], byte[]>> outputs,
            List<Letter> letters,
            Optional<InfrastructureException> defect) {
        /** A dead letter and its kind. */
        record Letter(ProducerRecord<byte[], byte[]> record, DeadLetterReason reason) {}

        Result() {
            this(new ArrayList<>(), new ArrayList<>(), Optional.empty());
        }
    }

    /** A record with its decoded form. */
    private record Decoded<I>(ConsumerRecord<byte[], byte[]> record, InputRecord<I> received) {}

    PoisonRecordIsolation(
            Deserializer<I> deserializer,
            BatchProcessor<I> processor,
            OutputEncoder encoder,
            DeadLetters deadLetters,
            FailedRecords failed,
            ErrorsTolerance tolerance,
            int failuresInARow) {
        this.deserializer = deserializer;
        this.processor = processor;
        this.encoder = encoder;
        this.deadLetters = deadLetters;
        this.failed = failed;
        this.tolerance = tolerance;
        this.failuresInARow = failuresInARow;
    }

    /**
     * Returns all outputs of a batch, and dead letters for the records that cannot be decoded or fail alone, unless these are left out.
     *
     * @throws RuntimeException on an infrastructure failure
     */
    Result work(List<ConsumerRecord<byte[], byte[]>> batch) {
        Result result = new Result();
        List<Decoded<I>> decoded = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            try {
                decoded.add(new Decoded<>(record, decode(record)));
            } catch (RuntimeException undecodable) {
                if (FailureKind.of(undecodable) == FailureKind.INFRASTRUCTURE) {
                    throw new InfrastructureException(
                            "%s cannot be decoded: %s".formatted(where(record), undecodable.getMessage()), undecodable);
                }
                setAside(record, undecodable, result);
            }
        }
        if (decoded.size() == 1 || !workTogether(decoded, result)) {
            decoded.forEach(each -> workAlone(each, result));
        }
        return new Result(result.outputs(), result.letters(), Optional.ofNullable(defect));
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
            rethrowIfInfrastructure(failed);
            LOG.atDebug()
                    .setCause(failed)
                    .log("a batch of {} failed; its records are tried one by one", decoded.size());
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
        rethrowIfInfrastructure(error);
        if (tolerance == ErrorsTolerance.NONE) {
            throw new InfrastructureException(
                    "%s failed, and errors-tolerance is none: %s"
                            .formatted(where(record), FailureWords.describe(error)),
                    error);
        }
        long letters = reminder.add(1);
        if (letters > 0) {
            LOG.atWarn()
                    .addKeyValue("letters", letters)
                    .log(
                            failed == FailedRecords.DEAD_LETTERS
                                    ? "{} becomes a dead letter: {}"
                                    : "{} is left out: {}",
                            where(record),
                            FailureWords.describe(error));
        }
        if (failed == FailedRecords.DEAD_LETTERS) {
            result.letters().add(new Result.Letter(deadLetters.of(record, error), DeadLetterReason.of(error)));
        }
        if (tolerance == ErrorsTolerance.DATA && FailureKind.of(error) == FailureKind.UNEXPECTED) {
            count(record, error);
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> record, RuntimeException error) {
        String now = error.getClass().getName();
        consecutiveFailures = now.equals(kind) ? consecutiveFailures + 1 : 1;
        kind = now;
        if (consecutiveFailures == failuresInARow) {
            defect = new InfrastructureException(
                    "%d records in a row failed alike (%s), the last at %s: %s"
                            .formatted(
                                    consecutiveFailures,
                                    FailureWords.kind(error),
                                    where(record),
                                    FailureWords.describe(error)),
                    error);
        }
    }

    private static String where(ConsumerRecord<?, ?> record) {
        return "%s-%d offset %d".formatted(record.topic(), record.partition(), record.offset());
    }

    private static void rethrowIfInfrastructure(RuntimeException error) {
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
