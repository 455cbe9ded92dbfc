package dev.latentstream.app.stats;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.captioning.nouns.ImageNouns;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the data of each source: the last record of each image in {@code images}, {@code images-rejected} and {@code captions}.
 *
 * <p>Memory grows by some hundred bytes an image. Captions are read twice, for the nouns of captions that were replaced must not count.
 */
final class DataStatistics {
    /** The score of aesthetic predictors, by name. */
    private static final String AESTHETIC = "aesthetic";

    private final KafkaConnection connection;
    private final TopicReader reader;
    private final SourceStatistics all = new SourceStatistics();
    private final SortedMap<String, SourceStatistics> sources = new TreeMap<>();

    private record ImageFacts(String source, @Nullable Float aesthetic) {}

    private record RejectionFacts(
            String source,
            String stage,
            RejectionReason reason,
            @Nullable Float aesthetic) {}

    private record Place(int partition, long offset) {}

    DataStatistics(KafkaConnection connection, TopicReader reader) {
        this.connection = connection;
        this.reader = reader;
    }

    /** Reads the three topics to their present ends. */
    void read() {
        last(connection.topics().images(), DataStatistics::facts)
                .values()
                .forEach(image -> each(image.source(), to -> to.addImage(image.aesthetic())));
        last(connection.topics().imagesRejected(), DataStatistics::facts)
                .values()
                .forEach(rejection -> each(
                        rejection.source(),
                        to -> to.addRejection(rejection.stage(), rejection.reason(), rejection.aesthetic())));
        captions();
    }

    /** The statistics by source. */
    SortedMap<String, SourceStatistics> sources() {
        return sources;
    }

    /** The statistics of all sources together. */
    SourceStatistics all() {
        return all;
    }

    private void captions() {
        Topic<Captions> topic = connection.topics().captions();
        Map<String, Place> last = new HashMap<>();
        reader.all(topic.name(), record -> {
            if (record.value() == null) {
                last.remove(record.key());
            } else {
                last.put(record.key(), new Place(record.partition(), record.offset()));
            }
        });
        try (Deserializer<Captions> deserializer = connection.deserializer(topic)) {
            reader.all(topic.name(), record -> {
                if (new Place(record.partition(), record.offset()).equals(last.get(record.key()))) {
                    @Nullable Captions captions = value(deserializer, record);
                    if (captions != null) {
                        add(captions);
                    }
                }
            });
        }
    }

    private void add(Captions captions) {
        ImageNouns nouns = ImageNouns.of(captions.getCaptions());
        boolean real = has(captions, CaptionKind.ALT);
        boolean synthetic = has(captions, CaptionKind.SYNTHETIC);
        each(captions.getSource(), to -> to.addNouns(nouns, real, synthetic));
    }

    private static boolean has(Captions captions, CaptionKind kind) {
        return captions.getCaptions().stream().anyMatch(caption -> caption.getKind() == kind);
    }

    private void each(String source, Consumer<SourceStatistics> action) {
        action.accept(all);
        action.accept(sources.computeIfAbsent(source, unused -> new SourceStatistics()));
    }

    private static ImageFacts facts(Image image) {
        return new ImageFacts(image.getSource(), image.getScores().get(AESTHETIC));
    }

    private static RejectionFacts facts(Rejection rejection) {
        return new RejectionFacts(
                rejection.getSource(),
                rejection.getStage(),
                rejection.getReason(),
                rejection.getScores().get(AESTHETIC));
    }

    /** Returns the facts of the last record of each key, unless it is a tombstone. */
    private <V extends SpecificRecord, F> Map<String, F> last(Topic<V> topic, Function<V, F> facts) {
        Map<String, F> last = new HashMap<>();
        try (Deserializer<V> deserializer = connection.deserializer(topic)) {
            reader.all(topic.name(), record -> {
                @Nullable V value = value(deserializer, record);
                if (value != null) {
                    last.put(record.key(), facts.apply(value));
                } else if (record.value() == null) {
                    last.remove(record.key());
                }
            });
        }
        return last;
    }

    /** Returns null for a tombstone, and for a record of another program. */
    private static <V> @Nullable V value(Deserializer<V> deserializer, ConsumerRecord<String, byte[]> record) {
        try {
            return deserializer.deserialize(record.topic(), record.headers(), record.value());
        } catch (SerializationException foreign) {
            return null;
        }
    }
}
