package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code control} into a {@link PolicySink}, record by record. Not thread-safe, like its consumer. */
final class PolicyLog implements AutoCloseable {
    /** The time that a start waits for the cluster and the topic's end. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(PolicyLog.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Deserializer<Policy> deserializer;
    private final PolicySink sink;
    private final Meters meters;

    PolicyLog(
            String topic,
            Consumer<byte[], byte[]> consumer,
            Deserializer<Policy> deserializer,
            PolicySink sink,
            Meters meters) {
        this.topic = topic;
        this.consumer = consumer;
        this.deserializer = deserializer;
        this.sink = sink;
        this.meters = meters;
    }

    /** Opens a reader that follows the cluster's control topic. */
    static PolicyLog open(KafkaConnection connection, PolicySink sink, Meters meters) {
        return open(connection, sink, meters, Map.of());
    }

    /** Opens a reader that stops at the end of the topic: a fetch that waits for later records would only delay its close. */
    static PolicyLog openToEnd(KafkaConnection connection, PolicySink sink, Meters meters) {
        return open(connection, sink, meters, Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20));
    }

    private static PolicyLog open(
            KafkaConnection connection, PolicySink sink, Meters meters, Map<String, Object> properties) {
        Topic<Policy> control = connection.topics().control();
        Map<String, Object> all = new HashMap<>(connection.readerProperties(connection.groupId("policies")));
        all.putAll(properties);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return new PolicyLog(control.name(), consumer, connection.deserializer(control), sink, meters);
    }

    /**
     * Reads the topic from its beginning to its current end.
     *
     * @throws ClusterException if that takes longer than {@code within}, or the topic does not exist
     */
    void readToEnd(Duration within, LongSupplier nanoTime) {
        TopicEnd end = TopicEnd.of(consumer, assign(within), within);
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
            poll();
        }
        return true;
    }

    /** Reads the records that have arrived since, waiting briefly for them. */
    void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            take(record);
        }
    }

    /** Interrupts a poll on another thread. */
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
        deserializer.close();
    }

    private List<TopicPartition> assign(Duration within) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, within).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new ClusterException("topic %s does not exist".formatted(topic));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return partitions;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        try {
            Policy policy = deserializer.deserialize(topic, record.headers(), record.value());
            sink.take(key, policy);
            show(key, policy == null ? 0 : policy.getVersion());
        } catch (RuntimeException invalid) {
            if (FailureKind.of(invalid) == FailureKind.INFRASTRUCTURE) {
                throw invalid;
            }
            meters.count(Meter.POLICY_IGNORED);
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("key", key)
                    .log("ignored a record that is not a valid policy: {}", invalid.toString());
        }
    }

    /** Opens a log that is read into a sink. */
    interface Opening {
        PolicyLog open(PolicySink sink);
    }

    private void show(String key, long version) {
        PolicyKind.ofKey(key)
                .ifPresent(kind -> meters.set(
                        Meter.POLICY_VERSION,
                        (double) version,
                        kind.id(),
                        key.substring(kind.key("").length())));
    }
}
