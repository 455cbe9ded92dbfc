package dev.latentstream.app.rejections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A source is judged again while ingest runs: what was predicted is what happens. */
class RefilterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String FREE = "https://creativecommons.org/publicdomain/zero/1.0/";

    @TempDir
    private static Path folder;

    @AutoClose
    private static final Cluster CLUSTER = Cluster.start();

    @AutoClose
    private static final Meters METERS = new Meters();

    private static KafkaConnection connection;
    private static Path settings;
    private static Policies policies;
    private static Stage ingest;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        settings = Files.writeString(
                folder.resolve("pipeline.yaml"),
                "kafka: {bootstrap-servers: '%s', schema-registry-url: '%s', topic-prefix: refilter-}"
                        .formatted(CLUSTER.bootstrapServers(), CLUSTER.schemaRegistryUrl()));
        connection = new KafkaConnection(
                SettingsReader.read(settings, PipelineSettings.class, Map.of()).kafka());
        new TopicSetup(connection).ensure(connection.topics().fixed());
        policies = new Policies(connection, METERS);
        policies.start();
        ingest = IngestStage.create(
                connection, new IngestSettings().withStateDir(folder.resolve("state")), policies, METERS);
        ingest.start();
    }

    @AfterAll
    static void stop() {
        ingest.close();
        policies.close();
    }

    @Test
    void whatADryRunCountsIsWhatChanges() throws Exception {
        change(policy -> policy.setMinSide(80));
        Set<String> free = send("web", FREE, 96, 0, 3);
        Set<String> unfree = send("web", "All rights reserved", 96, 3, 2);
        Set<String> small = send("web", FREE, 64, 5, 4);
        Set<String> others = send("other", "All rights reserved", 64, 9, 2);
        sendPage();
        await().atMost(PATIENCE).until(() -> ids("images-rejected").size() == small.size() + 1);
        await().atMost(PATIENCE).until(() -> ids("images").equals(union(List.of(free, unfree, others))));

        String predicted = counts("--dry-run", "--min-side=32", "--require=license = cc0");

        assertThat(predicted)
                .isEqualTo(
                        "kept 3, withdrawn {\"attributes\":2}, admitted {\"too-small\":4}, refused 1, lost 0, earlier 0");
        assertThat(counts("--dry-run"))
                .as("under the policy in force")
                .isEqualTo("kept 5, withdrawn {}, admitted {}, refused 5, lost 0, earlier 0");
        assertThat(ids("images")).isEqualTo(union(List.of(free, unfree, others)));

        change(policy -> policy.setMinSide(32).setRequire("license = cc0"));
        assertThat(counts()).isEqualTo(predicted);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ids("images")).isEqualTo(union(List.of(free, small, others))));
        assertThat(ids("images-rejected")).hasSize(1);
        assertThat(ids("removals")).isEqualTo(unfree);
        assertThat(counts())
                .as("a second run changes nothing")
                .isEqualTo("kept 7, withdrawn {}, admitted {}, refused 1, lost 0, earlier 2");

        assertThat(json("--undo").path("taken_back").asInt()).isEqualTo(2);
        change(policy -> policy.setRequire(""));
        send("web", "All rights reserved", 96, 3, 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ids("images")).isEqualTo(union(List.of(free, small, others, unfree))));
    }

    @Test
    void aDraftChangesNothing() {
        assertThat(run("--min-side=33")).isEqualTo(2);
        assertThat(run("--dry-run", "--require=license in")).isEqualTo(2);

        assertThat(err.toString())
                .contains("A draft needs --dry-run: put it in force with control set filter --source web")
                .contains("character 11: expected (, found the end");
    }

    private String counts(String... options) throws IOException {
        JsonNode counts = json(options);
        return "kept %s, withdrawn %s, admitted %s, refused %s, lost %s, earlier %s"
                .formatted(
                        counts.path("kept"),
                        counts.path("withdrawn"),
                        counts.path("admitted"),
                        counts.path("refused"),
                        counts.path("lost"),
                        counts.path("withdrawn_earlier"));
    }

    private JsonNode json(String... options) throws IOException {
        out.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--json");
        assertThat(run(all.toArray(String[]::new))).as(err.toString()).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--source=web", "--config=" + settings));
        return new CommandLine(new RefilterCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static void change(Change change) {
        long version = new PolicyWriter(connection, METERS, Clock.systemUTC())
                .changeFilter(
                        "web",
                        policy -> change.of(FilterPolicy.newBuilder(policy)).build(),
                        "test")
                .getVersion();
        await().atMost(PATIENCE).until(() -> policies.filter("web").version() == version);
    }

    private interface Change {
        FilterPolicy.Builder of(FilterPolicy.Builder policy);
    }

    private static Set<String> send(String source, String licence, int side, int first, int count) throws Exception {
        Set<String> sent = new HashSet<>();
        for (int i = first; i < first + count; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(SceneRenderer.render(Scenes.scene(11, i), side, side), "png", bytes);
            sent.add(send(source, bytes.toByteArray(), Map.of("license", licence)));
        }
        return sent;
    }

    private static void sendPage() throws Exception {
        send("web", "<html>".getBytes(StandardCharsets.UTF_8), Map.of("license", FREE));
    }

    private static String send(String source, byte[] file, Map<String, String> attributes) throws Exception {
        String imageId = ImageId.of(ByteBuffer.wrap(file));
        try (Producer<String, RawImage> producer =
                connection.producer(connection.topics().imagesRaw(), "test")) {
            producer.send(new ProducerRecord<>(
                            connection.topics().imagesRaw().name(),
                            imageId,
                            RawImage.newBuilder()
                                    .setImage(ByteBuffer.wrap(file))
                                    .setSource(source)
                                    .setUri("test")
                                    .setAttributes(attributes)
                                    .build()))
                    .get();
        }
        return imageId;
    }

    private static Set<String> union(Collection<Set<String>> sets) {
        return sets.stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    /** Returns the ids of a topic as compaction would leave it. */
    private static Set<String> ids(String topic) {
        Set<String> ids = new HashSet<>();
        try (TopicReader reader = new TopicReader(connection)) {
            reader.all("refilter-" + topic, record -> {
                boolean unused = record.value() == null ? ids.remove(record.key()) : ids.add(record.key());
            });
        }
        return ids;
    }
}
