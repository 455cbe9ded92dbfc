package dev.latentstream.runtime.kafka;

import dev.latentstream.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes a dead letter of a record that could not be processed. Key, value and headers are kept byte for byte; further headers
 * have the error, the record's position and the attempt. The header names are those of Kafka Streams (KIP-1034) for every stage.
 */
public final class DeadLetters {
    public static final String EXCEPTION = "__streams.errors.exception";
    public static final String MESSAGE = "__streams.errors.message";
    public static final String STACKTRACE = "__streams.errors.stacktrace";
    public static final String TOPIC = "__streams.errors.topic";
    public static final String PARTITION = "__streams.errors.partition";
    public static final String OFFSET = "__streams.errors.offset";
    /** The stage that gave up. */
    public static final String STAGE = "stage";
    /** The number of times that the record has failed, from 1; it increases when a letter is replayed and fails again. */
    public static final String ATTEMPT = "attempt";

    /** The time of the record in milliseconds, since that of the letter decides how long it is kept. */
    public static final String TIMESTAMP = "timestamp";

    /** Last header of a record that was sent again: the number of times that it failed before. */
    static final String FAILED = "__latentstream.failed";

    /** In characters; a message and a stack trace must not make a letter too large for its topic. */
    private static final int LONGEST_TEXT = 8192;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");

    private final String stage;

    public DeadLetters(String stage) {
        this.stage = stage;
    }

    /** Returns the letter for a record of a topic that has its own dead-letter topic. */
    public ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, Throwable error) {
        return of(Topics.deadLetters(record.topic()), record, error);
    }

    /** Returns the letter for a record, for a given dead-letter topic. */
    public ProducerRecord<byte[], byte[]> of(
            String deadLetterTopic, ConsumerRecord<byte[], byte[]> record, Throwable error) {
        Headers headers = new RecordHeaders(record.headers());
        int attempt = attempts(record.headers()) + 1;
        headers.add(EXCEPTION, bytes(error.getClass().getName()))
                .add(MESSAGE, bytes(shortened(error.getMessage())))
                .add(STACKTRACE, bytes(shortened(trace(error))))
                .add(TOPIC, bytes(record.topic()))
                .add(PARTITION, bytes(Integer.toString(record.partition())))
                .add(OFFSET, bytes(Long.toString(record.offset())))
                .add(STAGE, bytes(stage))
                .add(ATTEMPT, bytes(Integer.toString(attempt)))
                .add(TIMESTAMP, bytes(Long.toString(record.timestamp())));
        return new ProducerRecord<>(deadLetterTopic, null, timestamp(record), record.key(), record.value(), headers);
    }

    private static @Nullable Long timestamp(ConsumerRecord<?, ?> record) {
        return record.timestamp() < 0 ? null : record.timestamp();
    }

    private static int attempts(Headers headers) {
        Header replayed = headers.lastHeader(FAILED);
        return number(replayed == null ? headers.lastHeader(ATTEMPT) : replayed);
    }

    private static int number(@Nullable Header header) {
        if (header == null || header.value() == null) {
            return 0;
        }
        String count = new String(header.value(), StandardCharsets.UTF_8);
        return NUMBER.matcher(count).matches() ? Integer.parseInt(count) : 0;
    }

    private static String trace(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    private static String shortened(@Nullable String text) {
        return text == null ? "" : text.substring(0, Math.min(text.length(), LONGEST_TEXT));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
