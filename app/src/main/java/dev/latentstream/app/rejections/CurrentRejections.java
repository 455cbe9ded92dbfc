package dev.latentstream.app.rejections;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topic;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The images that are refused at one moment: the last record of each id in {@code images-rejected}, unless it is a tombstone. */
final class CurrentRejections {
    private CurrentRejections() {}

    /** Returns the chosen ones, the oldest first, without thumbnails: of a million images they would take 12 GB. */
    static List<RefusedImage> read(TopicReader reader, KafkaConnection connection, Predicate<RefusedImage> chosen) {
        Map<String, RefusedImage> last = new HashMap<>();
        visit(reader, connection, (imageId, refused) -> {
            if (refused.isPresent() && chosen.test(refused.get())) {
                refused.get().rejection().setThumbnail(null);
                last.put(imageId, refused.get());
            } else {
                last.remove(imageId);
            }
        });
        return last.values().stream()
                .sorted(Comparator.comparing(RefusedImage::time).thenComparing(RefusedImage::imageId))
                .toList();
    }

    /** Returns the images whose id starts so, thumbnails included; at most two. */
    static List<RefusedImage> find(TopicReader reader, KafkaConnection connection, String start) {
        Map<String, RefusedImage> last = new HashMap<>();
        visit(reader, connection, (imageId, refused) -> {
            if (refused.isEmpty()) {
                last.remove(imageId);
            } else if (imageId.startsWith(start) && (last.size() < 2 || last.containsKey(imageId))) {
                last.put(imageId, refused.get());
            }
        });
        return List.copyOf(last.values());
    }

    private interface Visitor {
        /** @param refused empty if the image is no longer refused */
        void visit(String imageId, Optional<RefusedImage> refused);
    }

    private static void visit(TopicReader reader, KafkaConnection connection, Visitor visitor) {
        Topic<Rejection> topic = connection.topics().imagesRejected();
        try (Deserializer<Rejection> deserializer = connection.deserializer(topic)) {
            reader.all(topic.name(), record -> {
                @Nullable String imageId = record.key();
                if (imageId == null) {
                    return;
                }
                if (record.value() == null) {
                    visitor.visit(imageId, Optional.empty());
                } else {
                    rejection(deserializer, record)
                            .ifPresent(rejection -> visitor.visit(
                                    imageId,
                                    Optional.of(new RefusedImage(
                                            imageId, Instant.ofEpochMilli(record.timestamp()), rejection))));
                }
            });
        }
    }

    /** Returns nothing for a record of another program that is no rejection. */
    private static Optional<Rejection> rejection(
            Deserializer<Rejection> deserializer, ConsumerRecord<String, byte[]> record) {
        try {
            return Optional.of(deserializer.deserialize(record.topic(), record.headers(), record.value()));
        } catch (SerializationException foreign) {
            return Optional.empty();
        }
    }
}
