package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.rejections.RejectionsCommand;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Ingest and the scoring stage with a network that is no number, an error or without an end for some images; see tools/reference/onnx_models.py. */
class ScoringIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @AutoClose
    private final Cluster cluster = Cluster.start();

    private final List<Stage> running = new ArrayList<>();

    @TempDir
    private Path folder;

    private Pipeline pipeline;
    private CommittedLog log;

    @BeforeEach
    void start() throws Exception {
        Path model = Files.createDirectories(folder.resolve("redness"));
        try (InputStream network = ScoringIT.class.getResourceAsStream("faulty.onnx")) {
            Files.write(model.resolve("faulty.onnx"), network.readAllBytes());
        }
        Files.writeString(model.resolve("model.yaml"), """
                input: {size: 8}
                max-batch: 4
                time-limit: 300ms
                scores: {redness: "output(score) > 0.8"}
                """);
        PipelineSettings settings = TestSettings.of(cluster, folder);
        pipeline = new Pipeline(
                new PipelineSettings(
                        settings.kafka(),
                        settings.ingest(),
                        new ScoringSettings().withModels(List.of(model)),
                        settings.captioning(),
                        settings.encoder(),
                        settings.trainer(),
                        settings.http()),
                Device.cpu());
        log = new CommittedLog(cluster, pipeline.connection());
        new TopicSetup(pipeline.connection()).ensure(pipeline.topics());
        running.add(pipeline.policies());
        running.add(pipeline.ingest());
        running.add(pipeline.scoring().orElseThrow());
        running.forEach(Stage::start);
    }

    @AfterEach
    void stop() {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).close();
        }
        pipeline.close();
    }

    @Test
    void modelsRefuseImagesByBoundsThatAreTurnedInFlightAndBadOnesHarmNoOthers() throws Exception {
        byte[] grey = png(120, 120, 120);
        byte[] red = png(250, 0, 0);
        byte[] noNumber = png(0, 80, 0);
        byte[] error = png(120, 250, 0);
        byte[] endless = png(120, 0, 250);
        byte[] brown = png(120, 60, 0);
        byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);

        send(grey, red, noNumber, error, endless, brown, page);
        await().atMost(PATIENCE).until(() -> rejections().size() == 5 && images().size() == 2);

        assertThat(images()).containsOnlyKeys(id(grey), id(brown));
        Image admitted = Objects.requireNonNull(images().get(id(grey)));
        assertThat(admitted.getScores().get("redness")).isBetween(0.46f, 0.48f);
        assertThat(admitted.getScoreModels().get("redness")).startsWith("redness-");
        assertRefused(red, RejectionReason.SCORE, "0.98", "0.8");
        assertRefused(noNumber, RejectionReason.SCORE, "NaN", "a finite number");
        assertRefused(error, RejectionReason.SCORE, "no score", "a score");
        assertRefused(endless, RejectionReason.TOO_SLOW, "no score in time", "300 ms");
        assertThat(Objects.requireNonNull(rejections().get(id(page))).getStage())
                .isEqualTo("ingest");

        allowRed();
        byte[] later = png(240, 10, 10);
        send(later);
        await().atMost(PATIENCE).until(() -> images().containsKey(id(later)));
        assertThat(images()).doesNotContainKey(id(red));

        double scored = pipeline.meters().value(Meter.STAGE_RECORDS, "scoring", "drawings", "passed");
        assertThat(replay()).startsWith("5 of 5 refused images were sent to be judged again: 5 from the quarantine");
        await().atMost(PATIENCE).until(() -> images().containsKey(id(red)));
        assertThat(pipeline.meters().value(Meter.STAGE_RECORDS, "scoring", "drawings", "passed"))
                .isGreaterThan(scored);
        assertThat(images()).containsOnlyKeys(id(grey), id(brown), id(later), id(red));
        assertThat(rejections()).containsOnlyKeys(id(noNumber), id(error), id(endless), id(page));
        assertThat(log.keys("images")).as("each admitted once").doesNotHaveDuplicates();
    }

    @Test
    void ingestWithoutModelsStartsOnlyIfNoImageWaitsBetweenItsSteps() throws Exception {
        byte[] grey = png(120, 120, 120);
        send(grey);
        await().atMost(PATIENCE).until(() -> images().containsKey(id(grey)));
        try (Pipeline without = new Pipeline(TestSettings.of(cluster, folder), Device.cpu())) {
            without.ingest().close();
            running.remove(2).close();
            byte[] brown = png(120, 60, 0);
            send(brown);
            Topic<Candidate> unscored = pipeline.connection().topics().imagesUnscored();
            await().atMost(PATIENCE).until(() -> log.read(unscored).size() == 2);

            assertThatThrownBy(without::ingest)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("scoring.models is empty, but images wait in images-unscored, from offset ");

            Stage scoring = pipeline.scoring().orElseThrow();
            running.add(scoring);
            scoring.start();
            await().atMost(PATIENCE).until(() -> images().containsKey(id(brown)));
            without.ingest().close();
        }
    }

    private void assertRefused(byte[] image, RejectionReason reason, String value, String bound) {
        Rejection rejection = Objects.requireNonNull(rejections().get(id(image)));
        assertThat(rejection.getStage()).isEqualTo("scoring");
        assertThat(rejection.getReason()).isEqualTo(reason);
        assertThat(rejection.getValue().orElseThrow()).startsWith(value);
        assertThat(rejection.getBound()).contains(bound);
        assertThat(rejection.getDetail()).contains("redness");
    }

    private void allowRed() throws Exception {
        long version = new PolicyWriter(pipeline.connection(), pipeline.meters(), Clock.systemUTC())
                .changeFilter(
                        "drawings",
                        policy -> FilterPolicy.newBuilder(policy)
                                .setMaxScores(Map.of("redness", 1.0))
                                .build(),
                        "test")
                .getVersion();
        await().atMost(PATIENCE)
                .until(() -> pipeline.policies().filter("drawings").version() == version);
    }

    private String replay() throws Exception {
        Path settings = Files.writeString(
                folder.resolve("pipeline.yaml"),
                "kafka:%n  bootstrap-servers: %s%n  schema-registry-url: %s%n"
                        .formatted(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        StringWriter out = new StringWriter();
        int code = new CommandLine(new RejectionsCommand())
                .setOut(new PrintWriter(out, true))
                .execute("replay", "--config=" + settings);
        assertThat(code).isZero();
        return out.toString();
    }

    private void send(byte[]... files) throws Exception {
        try (Producer<String, RawImage> producer =
                pipeline.connection().producer(pipeline.connection().topics().imagesRaw(), "test")) {
            for (byte[] file : files) {
                producer.send(new ProducerRecord<>(
                                "images-raw",
                                id(file),
                                RawImage.newBuilder()
                                        .setImage(ByteBuffer.wrap(file))
                                        .setSource("drawings")
                                        .setUri("test")
                                        .build()))
                        .get();
            }
        }
    }

    private Map<String, Image> images() {
        return table(pipeline.connection().topics().images());
    }

    private Map<String, Rejection> rejections() {
        return table(pipeline.connection().topics().imagesRejected());
    }

    /** Returns a topic as compaction would leave it. */
    private <V extends SpecificRecord> Map<String, V> table(Topic<V> topic) {
        Map<String, V> table = new LinkedHashMap<>();
        for (ConsumerRecord<String, V> record : log.read(topic)) {
            if (record.value() == null) {
                table.remove(record.key());
            } else {
                table.put(record.key(), record.value());
            }
        }
        return table;
    }

    private static byte[] png(int red, int green, int blue) throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = image.createGraphics();
        drawing.setColor(new Color(red, green, blue));
        drawing.fillRect(0, 0, 64, 64);
        drawing.dispose();
        return MixedFiles.encode("png", image);
    }

    private static String id(byte[] file) {
        return ImageId.of(ByteBuffer.wrap(file));
    }
}
