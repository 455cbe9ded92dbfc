package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Names;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing and checks those that exist. Existing topics belong to their operator, so none is altered but those
 * that keep every record: under compaction or a limited retention, each minute could lose some.
 */
public final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

    /** The time a cluster may take to answer; a broker that recovers from a kill needs tens of seconds for its logs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaConnection connection;

    public TopicSetup(KafkaConnection connection) {
        this.connection = connection;
    }

    /**
     * Returns once all topics exist, including their dead-letter topics. Several processes may call it at the same time.
     *
     * @throws ClusterException if the cluster does not answer, or an existing topic has an unsuitable configuration
     */
    public void ensure(Collection<? extends Topic<?>> topics) {
        Map<String, TopicSpec.Spec> plan = TopicSpec.of(connection.settings(), topics);
        try (Admin admin = connection.admin()) {
            requireReachable(admin);
            List<TopicSpec.Spec> missing = check(admin, plan);
            create(admin, missing);
            awaitAll(admin, missing);
        }
    }

    private void requireReachable(Admin admin) {
        try {
            int millis = (int) PATIENCE.toMillis();
            AdminAnswers.await(admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis))
                    .nodes());
        } catch (TimeoutException silent) {
            throw new ClusterException(
                    "no Kafka cluster answered at %s within %d s: is it running, and is kafka.bootstrap-servers right?"
                            .formatted(connection.settings().bootstrapServers(), PATIENCE.toSeconds()),
                    silent);
        }
    }

    /** Returns the topics that do not exist, and checks those that do. */
    private static List<TopicSpec.Spec> check(Admin admin, Map<String, TopicSpec.Spec> plan) {
        Map<String, TopicDescription> existing = existing(admin, plan.keySet());
        Map<String, Config> configs = configs(admin, existing.keySet());
        List<TopicSpec.Spec> missing = new ArrayList<>();
        plan.forEach((name, required) -> {
            TopicDescription description = existing.get(name);
            Config config = configs.get(name);
            if (description == null || config == null) {
                missing.add(required);
                return;
            }
            Map<String, String> found = values(config);
            found.putAll(alter(admin, required, TopicSpec.missing(required, found)));
            TopicSpec.conflict(required, found(description, found)).ifPresent(conflict -> {
                throw new ClusterException(conflict);
            });
        });
        return missing;
    }

    private static Map<String, TopicDescription> existing(Admin admin, Set<String> names) {
        Map<String, TopicDescription> existing = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, described) -> {
            described(described).ifPresent(description -> existing.put(name, description));
        });
        return existing;
    }

    private static Optional<TopicDescription> described(KafkaFuture<TopicDescription> future) {
        try {
            return Optional.of(AdminAnswers.await(future));
        } catch (UnknownTopicOrPartitionException missing) {
            return Optional.empty();
        }
    }

    private static Map<String, Config> configs(Admin admin, Set<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Config> configs = new HashMap<>();
        AdminAnswers.await(admin.describeConfigs(resources).all())
                .forEach((topic, config) -> configs.put(topic.name(), config));
        return configs;
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new HashMap<>();
        config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
        return values;
    }

    /** Sets properties of a topic, all at once, and returns them. */
    private static Map<String, String> alter(Admin admin, TopicSpec.Spec topic, Map<String, String> properties) {
        if (properties.isEmpty()) {
            return properties;
        }
        List<AlterConfigOp> changes = properties.entrySet().stream()
                .map(property -> new AlterConfigOp(
                        new ConfigEntry(property.getKey(), property.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try {
            Void unused = AdminAnswers.await(admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), changes))
                    .all());
        } catch (RuntimeException refused) {
            throw new ClusterException(
                    "topic %s cannot be altered to keep every record (%s): %s"
                            .formatted(topic.name(), refused.getMessage(), TopicSpec.alter(topic, properties)),
                    refused);
        }
        LOG.atInfo().addKeyValue("topic", topic.name()).log("altered to keep every record: {}", properties);
        return properties;
    }

    private static TopicSpec.Found found(TopicDescription description, Map<String, String> values) {
        return new TopicSpec.Found(
                description.partitions().size(),
                Objects.requireNonNull(values.get(TopicConfig.CLEANUP_POLICY_CONFIG)),
                Long.parseLong(Objects.requireNonNull(values.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))));
    }

    private static void create(Admin admin, List<TopicSpec.Spec> specs) {
        List<NewTopic> topics = specs.stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), spec.replicationFactor())
                        .configs(spec.properties()))
                .toList();
        admin.createTopics(topics).values().forEach((name, created) -> {
            try {
                AdminAnswers.await(created);
                LOG.atInfo().addKeyValue("topic", name).log("created");
            } catch (TopicExistsException anotherProcess) {
                LOG.atDebug().addKeyValue("topic", name).log("created by another process");
            } catch (RuntimeException refused) {
                throw new ClusterException(
                        "topic %s cannot be created: %s".formatted(name, refused.getMessage()), refused);
            }
        });
    }

    /** Brokers see a topic a moment after its creation is acknowledged, and a Streams application would not wait for it. */
    private static void awaitAll(Admin admin, List<TopicSpec.Spec> created) {
        long start = System.nanoTime();
        Map<String, TopicSpec.Spec> specs = new HashMap<>();
        created.forEach(spec -> specs.put(spec.name(), spec));
        while (!check(admin, specs).isEmpty()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new ClusterException("topics %s were created but are not visible after %d s"
                        .formatted(Names.listed(specs.keySet()), PATIENCE.toSeconds()));
            }
        }
        awaitLeaders(admin, specs.keySet());
    }

    /**
     * Waits until the leader of each partition has it, which is after brokers show the topic. A producer that is earlier has its first batch
     * refused and may have its second one accepted; the first one is then out of order, and repeated until it times out.
     */
    private static void awaitLeaders(Admin admin, Set<String> created) {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        existing(admin, created).forEach((name, topic) -> topic.partitions()
                .forEach(partition ->
                        partitions.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        try {
            Map<TopicPartition, ListOffsetsResultInfo> unused =
                    AdminAnswers.await(admin.listOffsets(partitions).all());
        } catch (TimeoutException absent) {
            throw new ClusterException(
                    "topics %s were created but their leaders do not have them (%s)"
                            .formatted(created, absent.getMessage()),
                    absent);
        }
    }
}
