package dev.latentstream.app.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures of a source against sets and sums over what was written. */
class StatsIT {
    private static final int IMAGES = 400;

    @TempDir
    private Path folder;

    @AutoClose
    private final Cluster cluster = Cluster.start();

    private final Random random = new Random(3);
    private final Set<String> real = new HashSet<>();
    private final Set<String> synthetic = new HashSet<>();
    private int realPairs;
    private int syntheticPairs;
    private int pairs;

    @Test
    void countsWhatIsThereNow() throws Exception {
        Commands commands = Commands.on(cluster, folder, "stats-");
        KafkaConnection connection = new KafkaConnection(StageFixture.settings(cluster, "stats-"));
        new TopicSetup(connection).ensure(connection.topics().fixed());
        write(connection);

        JsonNode all = commands.json("stats");

        JsonNode photos = all.path("sources").path("photos");
        assertThat(all.path("all")).isEqualTo(photos);
        assertThat(photos.path("kept").toString()).isEqualTo("{\"images\":400,\"aesthetic_score\":5.5}");
        assertThat(photos.path("raw").path("images").asInt()).isEqualTo(402);
        assertThat(photos.path("raw").path("aesthetic_score").asDouble()).isCloseTo(2202 / 401.0, within(1e-6));
        assertThat(photos.path("rejections").toString()).isEqualTo("{\"too-small\":2,\"unreachable\":1}");
        assertNouns(photos.path("captions").path("real"), realPairs, real.size());
        assertNouns(photos.path("captions").path("synthetic"), syntheticPairs, synthetic.size());
        Set<String> both = new HashSet<>(real);
        both.addAll(synthetic);
        assertNouns(photos.path("captions").path("both"), pairs, both.size());
        assertThat(commands.output("stats"))
                .containsPattern("photos +402 +400 +5\\.49 +5\\.50 +real +400 +%d ".formatted(realPairs))
                .endsWith("%nphotos: 2 refused as too-small%nphotos: 1 refused as unreachable%n".formatted());
    }

    private void write(KafkaConnection connection) {
        List<Row<Image>> images = new ArrayList<>();
        List<Row<Captions>> captions = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            images.add(new Row<>("id" + i, image(i < 100 ? 4f : 6f)));
            captions.add(new Row<>("id" + i, captions(List.of("replaced" + i), List.of())));
        }
        for (int i = 0; i < IMAGES; i++) {
            captions.add(new Row<>("id" + i, counted()));
        }
        images.add(new Row<>("gone", image(1f)));
        images.add(new Row<>("gone", null));
        captions.add(new Row<>("gone", captions(List.of("ghost"), List.of())));
        captions.add(new Row<>("gone", null));
        write(connection, connection.topics().images(), images);
        write(connection, connection.topics().captions(), captions);
        write(
                connection,
                connection.topics().imagesRejected(),
                List.of(
                        new Row<>("a", rejection("ingest", RejectionReason.TOO_SMALL, Map.of())),
                        new Row<>("b", rejection("ingest", RejectionReason.TOO_SMALL, Map.of("aesthetic", 2f))),
                        new Row<>("c", rejection("source", RejectionReason.UNREACHABLE, Map.of())),
                        new Row<>("d", rejection("ingest", RejectionReason.TOO_FLAT, Map.of())),
                        new Row<>("d", null)));
    }

    private static void assertNouns(JsonNode nouns, int pairs, int distinct) {
        assertThat(nouns.path("images").asInt()).isEqualTo(IMAGES);
        assertThat(nouns.path("image_noun_pairs").asInt()).isEqualTo(pairs);
        assertThat(nouns.path("nouns_per_image").asDouble()).isCloseTo((double) pairs / IMAGES, within(1e-9));
        assertThat(nouns.path("distinct_nouns").asDouble()).isCloseTo(distinct, within(distinct * 0.02));
        assertThat(distinct)
                .isBetween(
                        nouns.path("distinct_nouns_between").get(0).asInt(),
                        nouns.path("distinct_nouns_between").get(1).asInt());
    }

    /** Returns captions of random nouns, some of them in both kinds and some more than once, and counts them. */
    private Captions counted() {
        List<String> texts = nouns(8, 2000);
        List<List<String>> generated = List.of(nouns(10, 3000), nouns(4, 50));
        Set<String> ofTexts = new HashSet<>(texts);
        Set<String> ofGenerated = new HashSet<>(generated.get(0));
        ofGenerated.addAll(generated.get(1));
        real.addAll(ofTexts);
        synthetic.addAll(ofGenerated);
        realPairs += ofTexts.size();
        syntheticPairs += ofGenerated.size();
        ofTexts.addAll(ofGenerated);
        pairs += ofTexts.size();
        List<String> shown = new ArrayList<>(generated.get(0));
        shown.addAll(List.of("background", "left", "Picture"));
        return captions(texts, List.of(shown, generated.get(1)));
    }

    private List<String> nouns(int count, int vocabulary) {
        return random.ints(count, 0, vocabulary)
                .distinct()
                .mapToObj(number -> "noun" + number)
                .toList();
    }

    private static Captions captions(List<String> texts, List<List<String>> generated) {
        List<Caption> all = new ArrayList<>(List.of(caption(CaptionKind.ALT, texts)));
        generated.forEach(nouns -> all.add(caption(CaptionKind.SYNTHETIC, nouns)));
        return Captions.newBuilder().setCaptions(all).setSource("photos").build();
    }

    private static Caption caption(CaptionKind kind, List<String> nouns) {
        return Caption.newBuilder()
                .setText(String.join(" ", nouns))
                .setKind(kind)
                .setNouns(nouns)
                .build();
    }

    private static Image image(float aesthetic) {
        return Image.newBuilder()
                .setImage(ByteBuffer.allocate(1))
                .setWidth(1)
                .setHeight(1)
                .setOriginalWidth(1)
                .setOriginalHeight(1)
                .setSource("photos")
                .setUri("")
                .setFingerprint(0)
                .setScores(Map.of("aesthetic", aesthetic))
                .build();
    }

    private static Rejection rejection(String stage, RejectionReason reason, Map<String, Float> scores) {
        return Rejection.newBuilder()
                .setStage(stage)
                .setReason(reason)
                .setDetail("")
                .setSource("photos")
                .setUri("")
                .setScores(scores)
                .build();
    }

    /** @param value null for a tombstone */
    private record Row<V>(String key, @Nullable V value) {}

    private static <V extends SpecificRecord> void write(
            KafkaConnection connection, Topic<V> topic, List<Row<V>> rows) {
        try (Producer<String, V> producer = connection.producer(topic, "stats-test")) {
            for (Row<V> row : rows) {
                Future<RecordMetadata> unused =
                        producer.send(new ProducerRecord<>(topic.name(), row.key(), row.value()));
            }
        }
    }
}
