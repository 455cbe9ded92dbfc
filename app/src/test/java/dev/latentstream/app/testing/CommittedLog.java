package dev.latentstream.app.testing;

import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The contents of topics: every committed record of every partition, read from the start at each call by Kafka's own consumer. */
public final class CommittedLog {
    private final Cluster cluster;
    private final KafkaConnection connection;

    public CommittedLog(Cluster cluster, KafkaConnection connection) {
        this.cluster = cluster;
        this.connection = connection;
    }

    /** Returns the records of a topic, in the order of each partition; none if the topic does not exist. */
    public <V extends SpecificRecord> List<ConsumerRecord<String, V>> read(Topic<V> topic) {
        try (KafkaConsumer<String, V> consumer = consumer(connection.deserializer(topic))) {
            return read(consumer, topic.name());
        }
    }

    /** Returns the records of a topic without those of other programs. */
    <V extends SpecificRecord> List<ConsumerRecord<String, V>> readOurs(Topic<V> topic) {
        try (KafkaConsumer<String, V> consumer = consumer(connection.lenientDeserializer(topic))) {
            return read(consumer, topic.name()).stream()
                    .filter(record -> record.key() != null && record.value() != null)
                    .toList();
        }
    }

    /** Returns a topic as compaction leaves it, without tombstones. */
    public <V extends SpecificRecord> Map<String, V> table(Topic<V> topic) {
        Map<String, V> table = new TreeMap<>();
        read(topic).forEach(record -> {
            if (record.value() == null) {
                table.remove(record.key());
            } else {
                table.put(record.key(), record.value());
            }
        });
        return table;
    }

    /** Returns the key of each record of a topic, with duplicates. */
    public List<String> keys(String topic) {
        try (KafkaConsumer<String, byte[]> consumer = consumer(new ByteArrayDeserializer())) {
            return read(consumer, topic).stream().map(ConsumerRecord::key).toList();
        }
    }

    public Set<String> topics() {
        try (KafkaConsumer<String, byte[]> consumer = consumer(new ByteArrayDeserializer())) {
            return consumer.listTopics().keySet();
        }
    }

    private static <V> List<ConsumerRecord<String, V>> read(KafkaConsumer<String, V> consumer, String topic) {
        Set<TopicPartition> partitions = consumer.listTopics().getOrDefault(topic, List.of()).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toSet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        List<ConsumerRecord<String, V>> records = new ArrayList<>();
        while (!isAt(consumer, ends)) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }

    private static boolean isAt(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private <V> KafkaConsumer<String, V> consumer(Deserializer<V> values) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", cluster.bootstrapServers(),
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false",
                        "allow.auto.create.topics", "false"),
                new StringDeserializer(),
                values);
    }
}
