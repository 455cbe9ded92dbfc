package dev.latentstream.app.control;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.ingest.PolicyFilter;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The newest admitted images, on which a filter policy is tried before it refuses later ones. */
record RecentImages(List<Image> images) {
    /** Each may be 100 KB and more, and several times as many are read to find the newest. */
    private static final int NEWEST = 50;

    RecentImages {
        images = List.copyOf(images);
    }

    /** Reads them from the cluster; none if it has no topic of images yet. */
    static RecentImages read(TopicReader reader, KafkaConnection connection) {
        Topic<Image> topic = connection.topics().images();
        List<Image> images = new ArrayList<>();
        if (reader.topics().contains(topic.name())) {
            try (Deserializer<Image> deserializer = connection.deserializer(topic)) {
                for (ConsumerRecord<String, byte[]> record : reader.last(topic.name(), NEWEST)) {
                    image(deserializer, record).ifPresent(images::add);
                }
            }
        }
        return new RecentImages(images);
    }

    /** The names of their sources. */
    Set<String> sources() {
        return images.stream().map(Image::getSource).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of their scores, whichever stage measured them. */
    Set<String> scores() {
        return images.stream()
                .flatMap(image -> image.getScores().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Returns a line that says how many of them would be refused, and why; empty if none would be.
     *
     * @param policies the policy in force for each source
     */
    Optional<String> refused(Function<String, FilterPolicy> policies) {
        Map<String, Integer> reasons = new TreeMap<>();
        int refused = 0;
        PolicyFilter filter = new PolicyFilter(OptOutLists.none());
        for (Image image : images) {
            Optional<RejectionReason> reason =
                    filter.recheck(policies.apply(image.getSource()), "", image).map(Refusal::reason);
            if (reason.isPresent()) {
                refused++;
                reasons.merge(KebabCase.of(reason.get()), 1, Integer::sum);
            }
        }
        if (refused == 0) {
            return Optional.empty();
        }
        return Optional.of("of the %d newest images this filter would refuse %d (%.0f %%): %s"
                .formatted(
                        images.size(),
                        refused,
                        100.0 * refused / images.size(),
                        reasons.entrySet().stream()
                                .map(reason -> reason.getKey() + " " + reason.getValue())
                                .collect(Collectors.joining(", "))));
    }

    /** Returns no image for a removal, and for a record of another program that is none. */
    private static Optional<Image> image(Deserializer<Image> deserializer, ConsumerRecord<String, byte[]> record) {
        try {
            @Nullable Image image = deserializer.deserialize(record.topic(), record.headers(), record.value());
            return Optional.ofNullable(image);
        } catch (SerializationException foreign) {
            return Optional.empty();
        }
    }
}
