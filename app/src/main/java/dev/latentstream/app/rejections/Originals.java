package dev.latentstream.app.rejections;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Original;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where the originals of refused images are: in {@code images-quarantine}, else in {@code images-raw} while that holds the record that was
 * judged. No bytes are kept.
 */
final class Originals {
    /** Records that are rather read than skipped by a new fetch. */
    private static final int SHORT_GAP = 50;

    private final Map<String, Place> places;

    /** The place of a record. */
    record Place(TopicPartition partition, long offset) {
        private static final Comparator<Place> IN_ORDER = Comparator.comparing(
                        (Place place) -> place.partition().topic())
                .thenComparing(place -> place.partition().partition())
                .thenComparing(Place::offset);
    }

    private Originals(Map<String, Place> places) {
        this.places = places;
    }

    static Originals find(TopicReader reader, KafkaConnection connection, Collection<RefusedImage> images) {
        Topics topics = connection.topics();
        Map<String, Place> places =
                quarantined(reader, topics.imagesQuarantine().name(), images);
        Map<TopicPartition, Long> starts =
                reader.topics().contains(topics.imagesRaw().name())
                        ? reader.beginnings(topics.imagesRaw().name())
                        : Map.of();
        for (RefusedImage image : images) {
            image.rejection().getOriginal().map(Originals::raw).ifPresent(place -> {
                @Nullable Long start = starts.get(place.partition());
                if (start != null && place.offset() >= start) {
                    places.putIfAbsent(image.imageId(), place);
                }
            });
        }
        return new Originals(places);
    }

    /** Returns the last record of each id that is wanted. */
    private static Map<String, Place> quarantined(TopicReader reader, String topic, Collection<RefusedImage> images) {
        Set<String> wanted = new HashSet<>();
        images.forEach(image -> wanted.add(image.imageId()));
        Map<String, Place> places = new HashMap<>();
        reader.all(topic, record -> {
            if (record.value() == null) {
                places.remove(record.key());
            } else if (wanted.contains(record.key())) {
                places.put(
                        record.key(),
                        new Place(new TopicPartition(record.topic(), record.partition()), record.offset()));
            }
        });
        return places;
    }

    private static Place raw(Original original) {
        return new Place(new TopicPartition(original.getTopic(), original.getPartition()), original.getOffset());
    }

    /** Number of images whose original is held. */
    int size() {
        return places.size();
    }

    /** Number of those that are held by a topic. */
    long in(String topic) {
        return places.values().stream()
                .filter(place -> place.partition().topic().equals(topic))
                .count();
    }

    /** Returns in words how many originals are lost, to follow others; nothing for none. */
    static String lost(long count) {
        return count == 0 ? "" : "; the originals of %d are no longer kept".formatted(count);
    }

    /** Returns the place of an image's original in words. */
    String place(RefusedImage image) {
        @Nullable Place place = places.get(image.imageId());
        return place == null ? "nowhere" : "%s offset %d".formatted(place.partition(), place.offset());
    }

    /**
     * Reads the records of the originals, topic by topic in order.
     *
     * @param action takes each with the id that the image is expected to have
     */
    void read(TopicReader reader, BiConsumer<String, ConsumerRecord<String, byte[]>> action) {
        Map<Place, String> ids = new HashMap<>();
        places.forEach((imageId, place) -> ids.put(place, imageId));
        List<Place> sorted = ids.keySet().stream().sorted(Place.IN_ORDER).toList();
        List<Place> run = new ArrayList<>();
        for (Place place : sorted) {
            if (!run.isEmpty() && !continues(run.get(run.size() - 1), place)) {
                readRun(reader, run, record -> action.accept(id(ids, record), record));
                run.clear();
            }
            run.add(place);
        }
        if (!run.isEmpty()) {
            readRun(reader, run, record -> action.accept(id(ids, record), record));
        }
    }

    private static String id(Map<Place, String> ids, ConsumerRecord<String, byte[]> record) {
        Place place = new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
        return Objects.requireNonNull(ids.get(place));
    }

    private static boolean continues(Place before, Place next) {
        return before.partition().equals(next.partition()) && next.offset() - before.offset() <= SHORT_GAP;
    }

    private static void readRun(TopicReader reader, List<Place> run, Consumer<ConsumerRecord<String, byte[]>> action) {
        Set<Long> offsets = new HashSet<>();
        run.forEach(place -> offsets.add(place.offset()));
        reader.range(
                run.get(0).partition(),
                run.get(0).offset(),
                run.get(run.size() - 1).offset() + 1,
                record -> {
                    if (offsets.contains(record.offset())) {
                        action.accept(record);
                    }
                    return true;
                });
    }
}
