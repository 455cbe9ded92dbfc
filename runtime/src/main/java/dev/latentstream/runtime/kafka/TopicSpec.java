package dev.latentstream.runtime.kafka;

import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;

/** The required configuration of topics, and the check of existing ones against it. */
public final class TopicSpec {
    /** The values that stages read and may turn into dead letters. */
    private static final Set<Class<?>> READ_BY_STAGES = Set.of(
            RawImage.class, Candidate.class, Image.class, Captions.class, Encoding.class, Latent.class, Removal.class);

    /** Room for the headers that a dead letter adds to its record, in bytes. */
    static final int LETTER_HEADERS = 64 << 10;

    private static final String UNLIMITED = "-1";

    /** Longest time until a log is compacted, and with it what a tombstone deletes. */
    private static final Duration ERASED_WITHIN = Duration.ofDays(1);

    /** Kafka's default of {@code message.max.bytes}. */
    private static final int BROKER_MESSAGE_BYTES = 1_048_588;

    /**
     * One topic.
     *
     * @param fixedPartitions whether an existing topic must have exactly this many, because it is joined by partition
     */
    record Spec(
            String name,
            int partitions,
            short replicationFactor,
            boolean fixedPartitions,
            Map<String, String> properties) {
        /** Whether every record is kept, for which an existing topic is altered. */
        boolean isUnlimited() {
            return UNLIMITED.equals(properties.get(TopicConfig.RETENTION_MS_CONFIG));
        }
    }

    /** An existing topic. */
    record Found(int partitions, String cleanupPolicy, long maxMessageBytes) {}

    private TopicSpec() {}

    /** Returns the topics by name; each topic that stages read is followed by its dead-letter topic. */
    static Map<String, Spec> of(KafkaSettings settings, Collection<? extends Topic<?>> topics) {
        Map<String, Spec> specs = new LinkedHashMap<>();
        for (Topic<?> topic : topics) {
            specs.put(topic.name(), spec(settings, topic));
            if (isReadByStages(topic)) {
                specs.put(topic.deadLetters(), deadLetters(settings, topic));
            }
        }
        return specs;
    }

    private static boolean isReadByStages(Topic<?> topic) {
        return READ_BY_STAGES.contains(topic.value()) && topic.retention() != Topic.Retention.ERASABLE;
    }

    /** Returns the properties that an existing topic lacks to keep every record; none if it does not have to. */
    static Map<String, String> missing(Spec required, Map<String, String> found) {
        Map<String, String> missing = new TreeMap<>();
        if (required.isUnlimited()) {
            required.properties().forEach((name, value) -> {
                if (!value.equals(found.get(name))) {
                    missing.put(name, value);
                }
            });
        }
        return missing;
    }

    /** Returns the reason an existing topic cannot be used, with value, bound and remedy; empty if it can. */
    static Optional<String> conflict(Spec required, Found found) {
        if (required.fixedPartitions() && found.partitions() != required.partitions()) {
            return Optional.of(("topic %s has %d partitions, not %d: joined topics share one partition count;"
                            + " set kafka.partitions to %d, or recreate the topic")
                    .formatted(required.name(), found.partitions(), required.partitions(), found.partitions()));
        }
        String policy = required.properties().getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "");
        if (!Set.of(found.cleanupPolicy().split(",")).equals(Set.of(policy.split(",")))) {
            return Optional.of("topic %s has cleanup.policy %s, not %s: %s"
                    .formatted(
                            required.name(),
                            found.cleanupPolicy(),
                            policy,
                            alter(required, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, policy))));
        }
        String bytes = required.properties().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (bytes != null && found.maxMessageBytes() < Long.parseLong(bytes)) {
            return Optional.of("topic %s has max.message.bytes %d, below %s: %s"
                    .formatted(
                            required.name(),
                            found.maxMessageBytes(),
                            bytes,
                            alter(required, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes))));
        }
        return Optional.empty();
    }

    /** Returns the command that alters a topic. */
    static String alter(Spec topic, Map<String, String> properties) {
        String listed = properties.entrySet().stream()
                .map(property -> property.getKey() + "=" + property.getValue())
                .collect(Collectors.joining(","));
        return "run latentstream kafka configs --alter --topic %s --add-config %s".formatted(topic.name(), listed);
    }

    /** The largest record that a topic accepts, in bytes. */
    public static int maxMessageBytes(Topic<?> topic) {
        String set = topic.properties().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        return set == null ? BROKER_MESSAGE_BYTES : Integer.parseInt(set);
    }

    private static Spec spec(KafkaSettings settings, Topic<?> topic) {
        Map<String, String> properties =
                new HashMap<>(topic.value() == Image.class ? images(settings.topics()) : retention(topic.retention()));
        properties.putAll(topic.properties());
        // Few records, which a single partition keeps in order.
        boolean single = topic.value() == Policy.class || topic.value() == SourceState.class;
        int partitions = single ? 1 : settings.partitions();
        return new Spec(topic.name(), partitions, settings.replicationFactor(), topic.joinable(), properties);
    }

    private static Map<String, String> images(TopicSettings settings) {
        return switch (settings.imagesCleanup()) {
            case COMPACT -> retention(Topic.Retention.COMPACTED);
            case DELETE ->
                settings.imagesRetention().isZero()
                        ? retention(Topic.Retention.UNLIMITED)
                        : keptFor(settings.imagesRetention());
        };
    }

    private static Spec deadLetters(KafkaSettings settings, Topic<?> topic) {
        Map<String, String> properties = new HashMap<>(retention(Topic.Retention.DAYS));
        properties.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes(topic) + LETTER_HEADERS));
        return new Spec(topic.deadLetters(), 1, settings.replicationFactor(), false, properties);
    }

    private static Map<String, String> retention(Topic.Retention retention) {
        return switch (retention) {
            case COMPACTED -> Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            case HOURS -> keptFor(Duration.ofHours(3));
            case DAYS -> keptFromNow(Duration.ofDays(7));
            case LOG -> keptFor(Duration.ofDays(7));
            case ERASABLE -> erasable(Duration.ofDays(7));
            case UNLIMITED ->
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG, UNLIMITED,
                        TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
        };
    }

    /** For what is written about older records: those of last month would expire at once by their own time. */
    private static Map<String, String> keptFromNow(Duration time) {
        Map<String, String> properties = new HashMap<>(keptFor(time));
        properties.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.LOG_APPEND_TIME.name);
        return properties;
    }

    private static Map<String, String> erasable(Duration time) {
        Map<String, String> properties = new HashMap<>(keptFromNow(time));
        properties.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
        properties.put(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(ERASED_WITHIN.toMillis()));
        return properties;
    }

    /** Kafka deletes whole segments only, so a segment must be rolled well before its records expire. */
    private static Map<String, String> keptFor(Duration time) {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis()),
                TopicConfig.SEGMENT_MS_CONFIG, Long.toString(time.toMillis() / 6));
    }
}
