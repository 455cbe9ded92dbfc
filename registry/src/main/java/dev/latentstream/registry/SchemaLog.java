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
import java.util.function.Supplier;
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
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic with the registry's state. There is one writer at a time: opening the log fences the previous writer by Kafka's
 * transactional id and only then reads the topic to its end, so that no record can be missed.
 *
 * <p>Not thread-safe.
 */
final class SchemaLog implements AutoCloseable {
    /** The name of the topic, as in Confluent's server. */
    static final String TOPIC = "_schemas";

    /** Kafka's default bound of a record in a topic, less the room for its headers. */
    private static final int MAX_RECORD_BYTES = 1_000_000;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration DESCRIPTION_INTERVAL = Duration.ofMillis(100);
    private static final int DESCRIPTIONS = 100;

    private final String bootstrapServers;
    private final TopicPartition partition;
    private @Nullable Producer<String, String> producer;

    SchemaLog(String bootstrapServers, String topic) {
        this.bootstrapServers = bootstrapServers;
        this.partition = new TopicPartition(topic, 0);
    }

    /** Returns whether {@link #append} can be called; false at first and after a failure. */
    boolean isOpen() {
        return producer != null;
    }

    /** Becomes the only writer, then passes every change to the receiver, oldest first. */
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

    /**
     * Writes all changes or none. After any other failure than a refusal the log must be opened again.
     *
     * @throws RegistryError if a change is too large for the topic; nothing is then written
     */
    void append(List<SchemaEvent> changes) {
        List<Entry> entries = changes.stream().map(SchemaLog::encode).toList();
        Producer<String, String> writer = producer;
        if (writer == null) {
            throw new IllegalStateException("the log is not open");
        }
        try {
            writer.beginTransaction();
            for (Entry entry : entries) {
                // A failure to send is reported by the commit.
                Future<RecordMetadata> unused = writer.send(
                        new ProducerRecord<>(partition.topic(), partition.partition(), entry.key(), entry.value()));
            }
            writer.flush(); // a producer can send a commit before records that are not acknowledged
            writer.commitTransaction();
        } catch (KafkaException e) {
            close(); // only reading the topic again shows whether it was written
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

    private static Entry encode(SchemaEvent change) {
        Entry entry = SchemaEventCodec.encode(change);
        if (entry.bytes() > MAX_RECORD_BYTES) {
            throw RegistryError.recordTooLarge(entry.bytes(), MAX_RECORD_BYTES);
        }
        return entry;
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

    /** Refuses a topic that deletes records or does not keep them in one order. */
    private static void check(Admin admin, String name) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        int partitions;
        String policy;
        try {
            partitions = described(() -> admin.describeTopics(List.of(name)).topicNameValues(), name)
                    .partitions()
                    .size();
            policy = described(() -> admin.describeConfigs(List.of(resource)).values(), resource)
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

    /** Asks again for a while: a broker may not know yet what another process has just created. */
    private static <K, V> V described(Supplier<Map<K, KafkaFuture<V>>> descriptions, K key)
            throws ExecutionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return requireNonNull(descriptions.get().get(key)).get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || attempt == DESCRIPTIONS) {
                    throw e;
                }
                Thread.sleep(DESCRIPTION_INTERVAL.toMillis());
            }
        }
    }
}
