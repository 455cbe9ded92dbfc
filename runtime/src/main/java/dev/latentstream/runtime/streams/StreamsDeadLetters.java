package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.kafka.DeadLetterReason;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes dead letters of records that a Streams application cannot decode or process. Kafka instantiates it by class name, so it
 * is public and takes its context from the application's properties.
 */
public final class StreamsDeadLetters implements DeserializationExceptionHandler, ProcessingExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsDeadLetters.class);
    private static final String CONTEXT = "latentstream.dead.letters";

    private @Nullable Context context;
    private String applicationId = "";
    private String ofInternalTopics = "";

    /** The state that all handlers of one application share. */
    private record Context(
            String stage,
            ErrorsTolerance tolerance,
            ConsecutiveFailures run,
            Meters meters,
            Consumer<InfrastructureException> stop,
            Reminder reminder) {}

    /** For Kafka, which then calls {@link #configure}. */
    public StreamsDeadLetters() {}

    /**
     * Returns the properties that install these handlers in an application.
     *
     * @param stop stops the stage, after it has committed the records that it has processed
     */
    static Map<String, Object> properties(
            String stage,
            StreamsSettings settings,
            ErrorsTolerance tolerance,
            Meters meters,
            Consumer<InfrastructureException> stop) {
        DeadLetterReason.register(meters, stage);
        return Map.of(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                StreamsDeadLetters.class,
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                StreamsDeadLetters.class,
                CONTEXT,
                new Context(
                        stage,
                        tolerance,
                        new ConsecutiveFailures(settings.failuresInARow()),
                        meters,
                        stop,
                        new Reminder(System::nanoTime)));
    }

    @Override
    public void configure(Map<String, ?> configs) {
        context = (Context) configs.get(CONTEXT);
        applicationId = String.valueOf(configs.get(StreamsConfig.APPLICATION_ID_CONFIG));
        ofInternalTopics = String.valueOf(configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG));
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext where, ConsumerRecord<byte[], byte[]> record, Exception error) {
        return DeserializationExceptionHandler.Response.resume(List.of(letter(record, error)));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext where, @Nullable Record<?, ?> record, Exception error) {
        return source(where)
                .map(source -> ProcessingExceptionHandler.Response.resume(List.of(letter(source, error))))
                .orElseGet(ProcessingExceptionHandler.Response::fail);
    }

    /** Returns the input record; empty if there is none, as in a punctuation. */
    private static Optional<ConsumerRecord<byte[], byte[]>> source(ErrorHandlerContext where) {
        @Nullable String topic = where.topic();
        if (topic == null) {
            return Optional.empty();
        }
        return Optional.of(new ConsumerRecord<>(
                topic,
                where.partition(),
                where.offset(),
                where.timestamp(),
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                where.sourceRawKey(),
                where.sourceRawValue(),
                where.headers(),
                Optional.empty()));
    }

    /**
     * Returns the dead letter.
     *
     * @throws InfrastructureException if the stage must stop instead
     */
    private ProducerRecord<byte[], byte[]> letter(ConsumerRecord<byte[], byte[]> record, Exception error) {
        if (context == null) {
            throw new IllegalStateException("not configured");
        }
        String where = "%s-%d offset %d".formatted(record.topic(), record.partition(), record.offset());
        FailureKind kind = FailureKind.of(error);
        if (kind == FailureKind.INFRASTRUCTURE) {
            throw new InfrastructureException("%s failed: %s".formatted(where, FailureWords.describe(error)), error);
        }
        if (context.tolerance() == ErrorsTolerance.NONE) {
            throw new InfrastructureException(
                    "%s failed, and errors-tolerance is none: %s".formatted(where, FailureWords.describe(error)),
                    error);
        }
        String name = error.getClass().getName();
        if (kind == FailureKind.UNEXPECTED
                && context.tolerance() == ErrorsTolerance.DATA
                && context.run().isTooLong(record.topic(), record.partition(), record.offset(), name)) {
            context.stop()
                    .accept(new InfrastructureException(
                            "too many records in a row failed alike (%s), the last at %s: %s"
                                    .formatted(FailureWords.kind(error), where, FailureWords.describe(error)),
                            error));
        }
        long letters = context.reminder().add(1);
        if (letters > 0) {
            LOG.atWarn()
                    .addKeyValue("stage", context.stage())
                    .addKeyValue("letters", letters)
                    .log("{} becomes a dead letter: {}", where, FailureWords.describe(error));
        }
        context.meters()
                .count(Meter.DLQ, context.stage(), DeadLetterReason.of(error).label());
        return new DeadLetters(context.stage()).of(topicFor(record.topic()), record, error);
    }

    private String topicFor(String topic) {
        boolean internal = topic.startsWith(applicationId + "-")
                && (topic.endsWith("-repartition") || topic.endsWith("-changelog"));
        return internal ? ofInternalTopics : Topics.deadLetters(topic);
    }
}
