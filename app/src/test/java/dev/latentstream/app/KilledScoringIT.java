package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.FaultyModel;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process of the scoring stage that is killed while a model runs, as by a fault in native code: on a batch with sound images, then on the
 * one image whose run never ends. Ingest lives on in this JVM.
 */
class KilledScoringIT {
    private static final int KILLED = 128 + 9;
    private static final String PREFIX = "killed-scoring-";
    private static final String SOURCE = "drawings";
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    /** A share of red that the network admits, see tools/reference/onnx_models.py; more than 0.8 is refused. */
    private static final List<Integer> ADMITTED_REDS = List.of(60, 90, 120, 150, 180);

    private static final List<Integer> REFUSED_REDS = List.of(230, 250);

    @AutoClose
    private final Cluster cluster = Cluster.start();

    private final List<Stage> running = new ArrayList<>();
    private final Set<String> admitted = new HashSet<>();
    private final Set<String> refused = new HashSet<>();

    @TempDir
    private Path folder;

    private Pipeline pipeline;
    private Topics topics;
    private CommittedLog log;

    @BeforeEach
    void start() throws Exception {
        Path model = FaultyModel.write(folder, "1h");
        Path settings = Files.writeString(folder.resolve("pipeline.yaml"), """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  topic-prefix: %s
                ingest:
                  streams: {state-dir: %s, commit-every: 100ms}
                scoring:
                  models: [%s]
                  batch: {batch-size: 16, flush-after: 500ms}
                """.formatted(
                cluster.bootstrapServers(), cluster.schemaRegistryUrl(), PREFIX, folder.resolve("state"), model));
        PipelineSettings read = PipelineSettings.read(settings);
        pipeline = new Pipeline(read, Device.cpu());
        topics = pipeline.connection().topics();
        log = new CommittedLog(cluster, pipeline.connection());
        Pipeline.ensureTopics(read);
        running.addAll(List.of(pipeline.policies(), pipeline.ingest()));
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
    void everyImageEndsOnceAndTheFatalOneIsSetAsideAtTheThirdStart() throws Exception {
        for (int red : ADMITTED_REDS) {
            admitted.add(send(red, 60));
        }
        String fatal = send(120, 250);
        for (int red : REFUSED_REDS) {
            refused.add(send(red, 60));
        }
        int all = admitted.size() + refused.size() + 1;
        await().atMost(StageFixture.PATIENCE)
                .until(() -> log.keys(topics.imagesUnscored().name()).size() == all);

        String pixels = pixels(fatal);
        assertThat(killWhileScoring(pixels, 0))
                .as("sound images, too, are in the batch")
                .hasSizeGreaterThan(1);
        assertThat(killWhileScoring(pixels, 1)).as("suspects are alone").containsExactly(pixels);
        try (CommandProcess scoring = launch()) {
            await().atMost(StageFixture.PATIENCE).pollInterval(POLL_INTERVAL).until(() -> {
                scoring.requireAlive();
                return keys(topics.images().name()).size() + rejections().size() == all;
            });
            admitted.add(send(75, 60)); // later ones are scored as if nothing had been
            await().atMost(StageFixture.PATIENCE).pollInterval(POLL_INTERVAL).until(() -> {
                scoring.requireAlive();
                return keys(topics.images().name()).size() == admitted.size();
            });
        }

        check(fatal);
    }

    private void check(String fatal) {
        List<ConsumerRecord<String, Image>> images = log.read(topics.images());
        assertThat(images).extracting(ConsumerRecord::key).containsExactlyInAnyOrderElementsOf(admitted);
        assertThat(images).allSatisfy(image -> {
            assertThat(image.value().getScores()).containsKey("redness");
            assertThat(image.value().getScoreModels()).containsKey("redness");
        });
        Set<String> both = new HashSet<>(refused);
        both.add(fatal);
        assertThat(rejections()).extracting(ConsumerRecord::key).containsExactlyInAnyOrderElementsOf(both);
        assertThat(rejections()).allSatisfy(record -> {
            Rejection rejection = record.value();
            assertThat(rejection.getStage()).isEqualTo("scoring");
            boolean crashed = record.key().equals(fatal);
            assertThat(rejection.getReason()).isEqualTo(crashed ? RejectionReason.CRASHED : RejectionReason.SCORE);
            assertThat(rejection.getValue().orElseThrow()).contains(crashed ? "2 failed attempts" : "0.");
        });
        assertThat(keys(topics.imagesScored().name()))
                .as("passed on once, whatever was killed")
                .doesNotHaveDuplicates()
                .hasSize(admitted.size() + both.size());
    }

    /**
     * Kills a process while it scores an image.
     *
     * @param pixels hash of the image's pixels
     * @param failures of the image in earlier processes, which this one has to have counted: what it scores is then not what they left
     * @return the hashes of the batch
     */
    private Set<String> killWhileScoring(String pixels, int failures) throws Exception {
        Path attempts = folder.resolve("state").resolve("scoring-attempts");
        try (CommandProcess scoring = launch()) {
            await().atMost(StageFixture.PATIENCE).pollInterval(POLL_INTERVAL).until(() -> {
                scoring.requireAlive();
                boolean counted =
                        failures == 0 || text(attempts, "scoring-0.failures").contains(pixels + " " + failures);
                return counted && current(attempts).contains(pixels);
            });
            Set<String> batch = current(attempts);
            scoring.signal("KILL");
            Ended killed = scoring.awaitEnd();

            assertThat(killed.exitCode()).isEqualTo(KILLED);
            assertThat(current(attempts)).as("it was killed too late").isEqualTo(batch);
            return batch;
        }
    }

    private String pixels(String imageId) {
        return log.read(topics.imagesUnscored()).stream()
                .filter(record -> record.value().getId().equals(imageId))
                .map(ConsumerRecord::key)
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> current(Path attempts) throws IOException {
        return Pattern.compile("[0-9a-f]{64}")
                .matcher(text(attempts, "scoring-0.current"))
                .results()
                .map(found -> found.group())
                .collect(Collectors.toSet());
    }

    private static String text(Path folder, String file) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readString(path, StandardCharsets.US_ASCII) : "";
    }

    private CommandProcess launch() throws IOException {
        return CommandProcess.start(folder, List.of("score", "--config=pipeline.yaml", "--http-port=0"));
    }

    private List<String> keys(String topic) {
        return log.keys(topic);
    }

    private List<ConsumerRecord<String, Rejection>> rejections() {
        return log.read(topics.imagesRejected());
    }

    /** Sends an image of one colour, and returns its id. */
    private String send(int red, int blue) throws Exception {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64 * 64; i++) {
            image.setRGB(i % 64, i / 64, red << 16 | blue);
        }
        byte[] file = MixedFiles.encode("png", image);
        String id = ImageId.of(ByteBuffer.wrap(file));
        try (Producer<String, RawImage> producer = pipeline.connection().producer(topics.imagesRaw(), "test")) {
            producer.send(new ProducerRecord<>(
                            topics.imagesRaw().name(),
                            id,
                            RawImage.newBuilder()
                                    .setImage(ByteBuffer.wrap(file))
                                    .setSource(SOURCE)
                                    .setUri("test")
                                    .build()))
                    .get();
        }
        return id;
    }
}
