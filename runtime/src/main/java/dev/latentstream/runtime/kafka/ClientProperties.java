package dev.latentstream.runtime.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The configuration of each Kafka client: our defaults, overridden by the properties of the settings. */
public final class ClientProperties {
    /** {@code max.message.bytes} of the largest topics. */
    private static final int MESSAGE_BYTES = 16 << 20;

    /** Leaves room for the headers that a dead letter adds to the largest record. */
    private static final int REQUEST_BYTES = MESSAGE_BYTES + TopicSpec.LETTER_HEADERS;

    /** Confluent's name for the class that values are read as. */
    static final String VALUE_TYPE = "specific.avro.value.type";

    /** A producer refuses a time for its delivery that is below that of one request, in milliseconds. */
    private static final int SHORTEST_DELIVERY = 31_000;

    /** Kafka's own default for a delivery, in milliseconds, which Kafka raises by itself for a longer {@code request.timeout.ms}. */
    private static final int USUAL_DELIVERY = 120_000;

    private static final List<String> PREFIXES = List.of("consumer.", "producer.", "admin.", "streams.");

    /** The prefixes within those of Kafka Streams; a prefix can precede another one. */
    private static final Pattern ANY_PREFIXES =
            Pattern.compile("^((consumer|producer|admin|streams|main|restore|global)\\.)+");

    /** Properties on which exactly-once, the join by partition and the wiring depend, so no setting may change them. */
    private static final Set<String> RESERVED = Set.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            StreamsConfig.APPLICATION_ID_CONFIG,
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            "schema.registry.url",
            "specific.avro.reader",
            VALUE_TYPE);

    /** Kafka Streams sets these itself, to the same values, and logs an error or a warning about any other that sets them. */
    private static final Set<String> SET_BY_STREAMS = Set.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG);

    private final KafkaSettings settings;

    ClientProperties(KafkaSettings settings) {
        this.settings = settings;
    }

    static void refuseReserved(Map<String, String> properties) {
        for (String key : properties.keySet()) {
            String plain = ANY_PREFIXES.matcher(key).replaceFirst("");
            // One instance id names the group member, the transactions and the state folder, so it takes no prefix.
            boolean namesOneClient = !plain.equals(key) && plain.endsWith(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
            if (namesOneClient || RESERVED.contains(plain)) {
                throw new IllegalArgumentException("properties: %s cannot be changed by settings".formatted(key));
            }
        }
    }

    Map<String, Object> admin() {
        return passedOver(Map.of(), "admin.");
    }

    /** A static member of a group, so that it rejoins a second after a kill instead of a session timeout later. */
    Map<String, Object> consumer(Instance member) {
        Map<String, Object> defaults = new HashMap<>(reading());
        defaults.put(ConsumerConfig.GROUP_ID_CONFIG, member.group());
        defaults.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member.id());
        defaults.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName()); // a new member takes over only the partitions it will keep
        return grouped(passedOver(defaults, "consumer."));
    }

    /** A consumer without a group. */
    Map<String, Object> reader(String clientId) {
        Map<String, Object> defaults = new HashMap<>(reading());
        defaults.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        defaults.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, patience());
        return grouped(passedOver(defaults, "consumer."));
    }

    /** The newer group protocol sets these on the broker, and Kafka refuses a consumer that sets them. */
    private static Map<String, Object> grouped(Map<String, Object> properties) {
        if ("consumer".equals(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
            properties.remove(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
            properties.remove(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
            properties.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        }
        return properties;
    }

    Map<String, Object> producer(String clientId) {
        return producer(
                clientId,
                Map.of(
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.max(patience(), SHORTEST_DELIVERY),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, patience()));
    }

    private Map<String, Object> producer(String clientId, Map<String, Object> timeouts) {
        Map<String, Object> defaults = new HashMap<>(writing());
        defaults.putAll(timeouts);
        defaults.put(ProducerConfig.ACKS_CONFIG, "all");
        defaults.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        defaults.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        return passedOver(defaults, "producer.");
    }

    Map<String, Object> transactionalProducer(String transactionalId) {
        int delivery = Math.max(patience(), SHORTEST_DELIVERY);
        Map<String, Object> properties = producer(
                transactionalId,
                delivery < USUAL_DELIVERY ? Map.of(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery) : Map.of());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        // A transaction contains finished batches only, so it is short; one that hangs blocks every read_committed
        // reader.
        properties.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
        // The batch engine retries while the cluster is unreachable, and can be closed between two attempts.
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        return properties;
    }

    Map<String, Object> streams(Instance instance) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(StreamsConfig.APPLICATION_ID_CONFIG, instance.group());
        defaults.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        defaults.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, (long) patience());
        defaults.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replicationFactor());
        defaults.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), MESSAGE_BYTES);
        defaults.putAll(topology());
        reading().forEach((key, value) -> defaults.put(StreamsConfig.consumerPrefix(key), value));
        writing().forEach((key, value) -> defaults.put(StreamsConfig.producerPrefix(key), value));
        SET_BY_STREAMS.forEach(key -> defaults.remove(StreamsConfig.consumerPrefix(key)));
        defaults.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance.id());
        Map<String, Object> properties = passedOver(defaults, "streams.");
        settings.properties().forEach((key, value) -> {
            if (!key.startsWith("streams.") && !withoutPrefix(key).equals(key)) {
                properties.put(key, value); // Streams resolves the other prefixes itself
            }
        });
        return properties;
    }

    /** The properties that a topology must be built with, not only run with. */
    public static Map<String, Object> topology() {
        return Map.of(
                // Tables over compacted topics are restored from those topics instead of from changelog topics.
                StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG,
                StreamsConfig.OPTIMIZE,
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
                true,
                // Without a cache every update of a table is forwarded downstream.
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                0L);
    }

    /** The configuration of the serdes. */
    Map<String, Object> serdes() {
        Map<String, Object> properties = new HashMap<>();
        settings.properties().forEach((key, value) -> {
            if (withoutPrefix(key).equals(key)) {
                properties.put(key, value);
            }
        });
        properties.put("schema.registry.url", settings.schemaRegistryUrl());
        properties.put("specific.avro.reader", true);
        return properties;
    }

    private static Map<String, Object> reading() {
        return Map.of(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                6_000,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                2_000,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                32, // Kafka's default of 500 images of 1 MB would be half a gigabyte of heap
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                MESSAGE_BYTES);
    }

    private static Map<String, Object> writing() {
        return Map.of(
                ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20, // twice the throughput of 16 KiB at 100-KB records
                ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES);
    }

    private Map<String, Object> passedOver(Map<String, Object> defaults, String prefix) {
        Map<String, Object> result = new HashMap<>(defaults);
        result.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        settings.properties().forEach((key, value) -> {
            if (withoutPrefix(key).equals(key) && !key.equals(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)) {
                result.put(key, value);
            }
        });
        settings.properties().forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                result.put(key.substring(prefix.length()), value);
            }
        });
        return result;
    }

    /** The setting in milliseconds, as the clients take it. */
    private int patience() {
        return (int) Math.min(Integer.MAX_VALUE, settings.faults().patience().toMillis());
    }

    private static String withoutPrefix(String key) {
        return PREFIXES.stream()
                .filter(key::startsWith)
                .map(prefix -> key.substring(prefix.length()))
                .findFirst()
                .orElse(key);
    }
}
