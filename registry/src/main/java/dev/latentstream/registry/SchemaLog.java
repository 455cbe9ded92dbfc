package dev.latentstream.registry;

import static java.util.Objects.requireNonNull;

import dev.latentstream.registry.SchemaEventCodec.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic that holds the registry's state. There is one writer at a time: opening the log shuts out whoever wrote before (by
 * Kafka's transactional id) and only then reads it to its end, so that what was read is all there is.
 *
 * <p>Not for several threads.
 */
final class SchemaLog implements AutoCloseable {
    /** Confluent's name for it. */
    static final String TOPIC = "_schemas";

    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final TopicPartition partition;
    private @Nullable Producer<String, String> producer;

    SchemaLog(String bootstrapServers, String topic) {
        this.bootstrapServers = bootstrapServers;
        this.partition = new TopicPartition(topic, 0);
    }

    /** Whether {@link #append} can be called; false at first and after a failure. */
    boolean isOpen() {
        return producer != null;
    }

    /** Becomes the one writer, then hands over every change there is, oldest first. */
    void open(Consumer<SchemaEvent> changes) {
        ensureTopic();
        Producer<String, String> opened = newProducer();
        try {
            opened.initTransactions();
            read(changes);
        } catch (RuntimeException e) {
            opened.close(Duration.ZERO);
            throw e;
        }
        producer = opened;
    }

    /** Writes all of the changes or none. If it fails, the log must be opened again. */
    void append(List<SchemaEvent> changes) {
        Producer<String, String> writer = producer;
        if (writer == null) {
            throw new IllegalStateException("the log is not open");
        }
        try {
            writer.beginTransaction();
            for (SchemaEvent change : changes) {
                Entry entry = SchemaEventCodec.encode(change);
                // A failure to send is reported by the commit.
                Future<RecordMetadata> unused = writer.send(
                        new ProducerRecord<>(partition.topic(), partition.partition(), entry.key(), entry.value()));
            }
            writer.commitTransaction();
        } catch (KafkaException e) {
            close(); // whether it was written is known only after reading again
            throw e;
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(1));
            producer = null;
        }
    }

    private void read(Consumer<SchemaEvent> changes) {
        Map<String, Object> properties = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(message -> changes.accept(decode(message)));
            }
        }
    }

    private SchemaEvent decode(ConsumerRecord<String, @Nullable String> message) {
        try {
            return SchemaEventCodec.decode(new Entry(message.key(), message.value()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "topic %s, offset %d: %s".formatted(partition.topic(), message.offset(), e.getMessage()), e);
        }
    }

    private Producer<String, String> newProducer() {
        Map<String, Object> properties = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "latentstream-registry-of-" + partition.topic(),
                ProducerConfig.LINGER_MS_CONFIG,
                0);
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    private void ensureTopic() {
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            String name = partition.topic();
            NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty())
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
            try {
                admin.createTopics(List.of(topic)).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException("cannot create the topic " + name, e.getCause());
                }
                check(admin, name);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** A topic that forgets, or has its changes in no order, cannot hold schemas. */
    private static void check(Admin admin, String name) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        int partitions;
        String policy;
        try {
            partitions = described(admin.describeTopics(List.of(name)).topicNameValues(), name)
                    .partitions()
                    .size();
            policy = described(admin.describeConfigs(List.of(resource)).values(), resource)
                    .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                    .value();
        } catch (ExecutionException e) {
            throw new KafkaException("cannot describe the topic " + name, e.getCause());
        }
        if (partitions != 1 || !policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            throw new IllegalStateException(
                    "the topic %s has %d partitions and cleanup.policy=%s; a registry needs 1 and compact"
                            .formatted(name, partitions, policy));
        }
    }

    private static <K, V> V described(Map<K, KafkaFuture<V>> descriptions, K key)
            throws ExecutionException, InterruptedException {
        return requireNonNull(descriptions.get(key)).get();
    }
}
