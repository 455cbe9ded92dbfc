package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSpec;
import dev.latentstream.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/** Serializes outputs before their transaction starts, so that an output that cannot be written fails with its input record. */
final class OutputEncoder implements AutoCloseable {
    /** Overhead of a record batch with one record in the message format: 61 bytes, and at most 21 for the record's fields. */
    private static final int OVERHEAD = 82;

    /** Upper bound in the message format: two lengths of five bytes. */
    private static final int HEADER_OVERHEAD = 10;

    private final KafkaConnection connection;
    private final Map<String, Serializer<?>> serializers = new ConcurrentHashMap<>();

    OutputEncoder(KafkaConnection connection) {
        this.connection = connection;
    }

    /**
     * Serializes an output to a record that the broker accepts.
     *
     * @throws RecordTooLargeException if it is too large; the broker would refuse it, which fails the whole transaction
     */
    <V extends SpecificRecord> ProducerRecord<byte[], byte[]> encode(OutputRecord<V> output) {
        Topic<V> topic = output.topic();
        byte[] key = output.key().getBytes(StandardCharsets.UTF_8);
        byte[] value = serializer(topic).serialize(topic.name(), output.headers(), output.value());
        long size = key.length + (value == null ? 0 : value.length) + size(output.headers()) + OVERHEAD;
        int bound = TopicSpec.maxMessageBytes(topic);
        if (size > bound) {
            throw new RecordTooLargeException(
                    "a record for %s of %d bytes is above max.message.bytes %d".formatted(topic.name(), size, bound));
        }
        return new ProducerRecord<>(topic.name(), null, key, value, output.headers());
    }

    @Override
    public void close() {
        serializers.values().forEach(Serializer::close);
    }

    /** Unchecked, but the map has for each topic only the serializer that {@code connection.serializer} returned for it. */
    @SuppressWarnings("unchecked")
    private <V extends SpecificRecord> Serializer<V> serializer(Topic<V> topic) {
        return (Serializer<V>) serializers.computeIfAbsent(topic.name(), name -> connection.serializer(topic));
    }

    private static long size(Headers headers) {
        long size = 0;
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length) + HEADER_OVERHEAD;
        }
        return size;
    }
}
