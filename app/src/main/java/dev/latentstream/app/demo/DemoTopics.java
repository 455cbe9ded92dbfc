package dev.latentstream.app.demo;

import dev.latentstream.app.demo.Summary.NounCount;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import dev.latentstream.schemas.TrainingMetrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads whole topics of a demo, which have a few thousand records. */
final class DemoTopics {
    private static final String ALT_TEXT = "alt text";
    private static final int LATENTS_SHOWN = 16;

    private final KafkaConnection connection;
    private final TopicReader reader;

    DemoTopics(KafkaConnection connection, TopicReader reader) {
        this.connection = connection;
        this.reader = reader;
    }

    /** Names of the latent topics. */
    List<String> latents() {
        return reader.latents(connection.topics());
    }

    /** Counts the ids in a topic: the last record of an id counts, unless it is a tombstone. */
    long ids(String topic) {
        Set<String> ids = new HashSet<>();
        reader.all(topic, record -> {
            if (record.value() == null) {
                ids.remove(record.key());
            } else {
                ids.add(record.key());
            }
        });
        return ids.size();
    }

    /** Counts the images that ingest admitted, and those of them that arrived without a text. */
    Admitted admitted() {
        Map<String, Boolean> withoutText = new HashMap<>();
        Topic<Image> topic = connection.topics().images();
        try (Deserializer<Image> deserializer = connection.lenientDeserializer(topic)) {
            reader.all(topic.name(), record -> {
                Image image = deserializer.deserialize(topic.name(), record.value());
                if (image == null) {
                    withoutText.remove(record.key());
                } else {
                    withoutText.put(record.key(), image.getAltText().orElse("").isBlank());
                }
            });
        }
        long without = withoutText.values().stream().filter(missing -> missing).count();
        return new Admitted(withoutText.size(), without);
    }

    /** The admitted images, and how many of them have no text. */
    record Admitted(long images, long withoutText) {}

    /** Returns the last rejection of each id. */
    Map<String, Rejection> rejections() {
        return last(connection.topics().imagesRejected());
    }

    /** Returns the nouns by kind of caption: alt texts first, then the levels from short to dense. */
    List<NounCount> captions() {
        Map<String, List<Integer>> nouns = new TreeMap<>();
        for (Captions captions : last(connection.topics().captions()).values()) {
            for (Caption caption : captions.getCaptions()) {
                nouns.computeIfAbsent(kind(caption), unused -> new ArrayList<>())
                        .add(caption.getNouns().size());
            }
        }
        return nouns.entrySet().stream()
                .map(kind -> new NounCount(kind.getKey(), kind.getValue().size(), mean(kind.getValue())))
                .sorted(Comparator.comparing((NounCount kind) -> !kind.kind().equals(ALT_TEXT))
                        .thenComparingDouble(NounCount::nouns))
                .toList();
    }

    /** Returns the reports of a run by step; of a step that was repeated, the last report. */
    List<TrainingMetrics> metrics(String run) {
        Map<Long, TrainingMetrics> steps = new TreeMap<>();
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        try (Deserializer<TrainingMetrics> deserializer = connection.lenientDeserializer(topic)) {
            reader.all(topic.name(), record -> {
                TrainingMetrics metrics = deserializer.deserialize(topic.name(), record.value());
                if (run.equals(record.key()) && metrics != null) {
                    steps.put(metrics.getStep(), metrics);
                }
            });
        }
        return List.copyOf(steps.values());
    }

    /** Returns some of the newest latents of all sources. */
    List<Latent> newestLatents(List<String> topics) {
        List<Latent> latents = new ArrayList<>();
        for (String name : topics) {
            Topics known = connection.topics();
            Topic<Latent> topic = known.latents(known.sourceOfLatents(name));
            try (Deserializer<Latent> deserializer = connection.lenientDeserializer(topic)) {
                reader.last(name, LATENTS_SHOWN / topics.size()).forEach(record -> {
                    Latent latent = deserializer.deserialize(name, record.value());
                    if (latent != null) {
                        latents.add(latent);
                    }
                });
            }
        }
        return Collections.unmodifiableList(latents);
    }

    private <V extends SpecificRecord> Map<String, V> last(Topic<V> topic) {
        Map<String, V> last = new HashMap<>();
        try (Deserializer<V> deserializer = connection.lenientDeserializer(topic)) {
            reader.all(topic.name(), record -> {
                V value = deserializer.deserialize(topic.name(), record.value());
                if (value == null) {
                    last.remove(record.key());
                } else {
                    last.put(record.key(), value);
                }
            });
        }
        return last;
    }

    private static String kind(Caption caption) {
        return caption.getKind() == CaptionKind.ALT
                ? ALT_TEXT
                : caption.getLevel().orElse("synthetic");
    }

    private static double mean(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).average().orElse(0);
    }
}
