package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private record Context(String stage, ConsecutiveFailures run, Meters meters) {}

    /** For Kafka, which then calls {@link #configure}. */
    public StreamsDeadLetters() {}

    /** Returns the properties that install these handlers in an application. */
    static Map<String, Object> properties(String stage, StreamsSettings settings, Meters meters) {
        return Map.of(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                StreamsDeadLetters.class,
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                StreamsDeadLetters.class,
                CONTEXT,
                new Context(stage, new ConsecutiveFailures(settings.failuresInARow()), meters));
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
        return letter(record, error)
                .map(letter -> DeserializationExceptionHandler.Response.resume(List.of(letter)))
                .orElseGet(DeserializationExceptionHandler.Response::fail);
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext where, @Nullable Record<?, ?> record, Exception error) {
        return source(where)
                .flatMap(source -> letter(source, error))
                .map(letter -> ProcessingExceptionHandler.Response.resume(List.of(letter)))
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

    /** Returns the dead letter; empty if the stage must stop instead. */
    private Optional<ProducerRecord<byte[], byte[]>> letter(ConsumerRecord<byte[], byte[]> record, Exception error) {
        if (context == null) {
            throw new IllegalStateException("not configured");
        }
        boolean tooMany = context.run().isTooLong(record.topic(), record.partition(), record.offset());
        if (tooMany || FailureKind.of(error) == FailureKind.INFRASTRUCTURE) {
            LOG.atError()
                    .addKeyValue("stage", context.stage())
                    .setCause(error)
                    .log("stops at {}-{} offset {}", record.topic(), record.partition(), record.offset());
            return Optional.empty();
        }
        context.meters().count(Meter.DLQ, context.stage(), DeadLetters.reason(error));
        return Optional.of(new DeadLetters(context.stage()).of(topicFor(record.topic()), record, error));
    }

    private String topicFor(String topic) {
        boolean internal = topic.startsWith(applicationId + "-")
                && (topic.endsWith("-repartition") || topic.endsWith("-changelog"));
        return internal ? ofInternalTopics : Topics.deadLetters(topic);
    }
}
