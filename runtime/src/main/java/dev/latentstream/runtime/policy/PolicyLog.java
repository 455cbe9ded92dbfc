package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads {@code control} to its end into a {@link PolicySink}. Not thread-safe, like its consumer. */
final class PolicyLog implements AutoCloseable {
    /** The time that a start waits for the cluster and the topic's end. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final PolicyRecords records;

    PolicyLog(String topic, Consumer<byte[], byte[]> consumer, PolicyRecords records) {
        this.topic = topic;
        this.consumer = consumer;
        this.records = records;
    }

    /** Opens a reader that stops at the end of the topic: a fetch that waits for later records would only delay its close. */
    static PolicyLog open(KafkaConnection connection, PolicySink sink, Meters meters) {
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(connection.groupId("policies")));
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        return new PolicyLog(
                connection.topics().control().name(),
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                PolicyRecords.of(connection, sink, meters));
    }

    /**
     * Reads the topic from its beginning to its current end.
     *
     * @throws ClusterException if that takes longer than {@code within}, or the topic does not exist
     */
    void readToEnd(Duration within, LongSupplier nanoTime) {
        TopicEnd end = TopicEnd.fromBeginning(consumer, topic, within);
        if (!readUntil(end::isReached, within, nanoTime)) {
            throw new ClusterException(
                    "topic %s was not read to its end within %d s".formatted(topic, within.toSeconds()));
        }
    }

    /** Reads on until a condition holds; false if that takes longer than {@code within}. */
    boolean readUntil(BooleanSupplier condition, Duration within, LongSupplier nanoTime) {
        long start = nanoTime.getAsLong();
        while (!condition.getAsBoolean()) {
            if (nanoTime.getAsLong() - start > within.toNanos()) {
                return false;
            }
            consumer.poll(POLL).forEach(records::take);
        }
        return true;
    }

    @Override
    public void close() {
        consumer.close();
        records.close();
    }

    /** Opens a log that is read into a sink. */
    interface Opening {
        PolicyLog open(PolicySink sink);
    }
}
