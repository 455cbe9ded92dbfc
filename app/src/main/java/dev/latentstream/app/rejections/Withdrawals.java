package dev.latentstream.app.rejections;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.removals.RemovalWriter;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** The removals of a cluster, and which of them a change of a source's filter policy has brought about. */
final class Withdrawals {
    private final String start;
    private final Map<String, String> reasons;

    private Withdrawals(String start, Map<String, String> reasons) {
        this.start = start;
        this.reasons = reasons;
    }

    static Withdrawals read(TopicReader reader, KafkaConnection connection, String source) {
        Topic<Removal> topic = connection.topics().removals();
        Map<String, String> reasons = new HashMap<>();
        try (Deserializer<Removal> deserializer = connection.deserializer(topic)) {
            reader.all(topic.name(), record -> {
                if (record.value() == null) {
                    reasons.remove(record.key());
                } else if (record.key() != null) {
                    reasons.put(record.key(), reason(deserializer, topic.name(), record.value()));
                }
            });
        }
        return new Withdrawals("refilter of %s, ".formatted(source), reasons);
    }

    private static String reason(Deserializer<Removal> deserializer, String topic, byte[] value) {
        try {
            return deserializer.deserialize(topic, value).getReason();
        } catch (SerializationException unreadable) {
            return "";
        }
    }

    /** Returns whether an image is removed, by whomever. */
    boolean has(String imageId) {
        return reasons.containsKey(imageId);
    }

    /** Returns the images of the source that were withdrawn by earlier policies. */
    List<String> earlier() {
        return reasons.entrySet().stream()
                .filter(removal -> removal.getValue().startsWith(start))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Writes a removal for each image, with the version of the policy and the reason of its refusal. */
    void write(RemovalWriter writer, Map<String, RejectionReason> images, long policy, String author)
            throws InterruptedException {
        Map<RejectionReason, Set<String>> byReason = images.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, TreeMap::new, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        for (Map.Entry<RejectionReason, Set<String>> group : byReason.entrySet()) {
            writer.remove(
                    group.getValue(), "%spolicy %d: %s".formatted(start, policy, KebabCase.of(group.getKey())), author);
        }
    }
}
