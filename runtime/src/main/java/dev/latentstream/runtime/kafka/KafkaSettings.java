package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.Flattened;
import dev.latentstream.runtime.settings.Secret;
import java.util.Map;

/**
 * The addresses of a cluster and its registry, and the shape of its topics.
 *
 * @param bootstrapServers brokers to connect to first, {@code host:port,...}
 * @param schemaRegistryUrl root of the registry's REST protocol
 * @param topicPrefix prefix of every topic, group and transactional id; may be empty
 * @param topics the shape of topics, which cannot change once there is data
 * @param serdes the classes that write and read values
 * @param faults the answers to faults of the cluster
 * @param properties any setting of Kafka's clients or of the serdes; {@code consumer.}, {@code producer.}, {@code admin.} and
 *     {@code streams.} restrict one to that client. {@code group.instance.id} names this instance within its group; without
 *     it, instances are named after host and user, and numbered.
 */
public record KafkaSettings(
        String bootstrapServers,
        String schemaRegistryUrl,
        String topicPrefix,
        @Flattened TopicSettings topics,
        @Flattened SerdeSettings serdes,
        @Flattened FaultSettings faults,
        Map<String, String> properties) {
    /** Leaves room for {@code latents-}, a source and {@code -dlq} in the name of a topic. */
    private static final int LONGEST_PREFIX = 80;

    /** The defaults. */
    public KafkaSettings() {
        this(
                "127.0.0.1:9092",
                "http://127.0.0.1:8081",
                "",
                new TopicSettings(),
                new SerdeSettings(),
                new FaultSettings(),
                Map.of());
    }

    /** Settings with the default answers to faults. */
    public KafkaSettings(
            String bootstrapServers,
            String schemaRegistryUrl,
            String topicPrefix,
            int partitions,
            short replicationFactor,
            String serializer,
            String deserializer,
            Map<String, String> properties) {
        this(
                bootstrapServers,
                schemaRegistryUrl,
                topicPrefix,
                new TopicSettings(partitions, replicationFactor),
                new SerdeSettings(serializer, deserializer),
                new FaultSettings(),
                properties);
    }

    public KafkaSettings {
        Checks.nonBlank("bootstrap-servers", bootstrapServers);
        Checks.nonBlank("schema-registry-url", schemaRegistryUrl);
        if (!topicPrefix.matches("[a-zA-Z0-9-]*")) {
            throw new IllegalArgumentException(
                    "topic-prefix \"%s\" has characters other than letters, digits and hyphens".formatted(topicPrefix));
        }
        if (topicPrefix.contains("latents-")) {
            throw new IllegalArgumentException(
                    "topic-prefix \"%s\" contains latents-, so its topics would be latents of another pipeline"
                            .formatted(topicPrefix));
        }
        if (topicPrefix.length() > LONGEST_PREFIX) {
            throw new IllegalArgumentException(
                    "topic-prefix has %d characters, more than %d".formatted(topicPrefix.length(), LONGEST_PREFIX));
        }
        properties = SecretProperties.checked(properties);
        ClientProperties.refuseReserved(properties);
    }

    /** Returns the same settings for another cluster. */
    public KafkaSettings at(String otherBootstrapServers, String otherSchemaRegistryUrl) {
        return new KafkaSettings(
                otherBootstrapServers, otherSchemaRegistryUrl, topicPrefix, topics, serdes, faults, properties);
    }

    /** Returns the same settings with other answers to faults. */
    public KafkaSettings with(FaultSettings otherFaults) {
        return new KafkaSettings(
                bootstrapServers, schemaRegistryUrl, topicPrefix, topics, serdes, otherFaults, properties);
    }

    /** The number of partitions of each topic that joins or feeds a join. */
    public int partitions() {
        return topics.partitions();
    }

    /** The number of copies of each partition. */
    public short replicationFactor() {
        return topics.replicationFactor();
    }

    /** The class of the value serializer. */
    public String serializer() {
        return serdes.serializer();
    }

    /** The class of the value deserializer. */
    public String deserializer() {
        return serdes.deserializer();
    }

    /** Hides the user of the registry's URL and the properties that are secret. */
    @Override
    public String toString() {
        return "KafkaSettings[bootstrapServers=%s, schemaRegistryUrl=%s, topicPrefix=%s, topics=%s, serdes=%s, faults=%s, properties=%s]"
                .formatted(
                        bootstrapServers,
                        Secret.withoutUserInfo(schemaRegistryUrl),
                        topicPrefix,
                        topics,
                        serdes,
                        faults,
                        SecretProperties.shown(properties));
    }
}
