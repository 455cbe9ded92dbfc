package dev.latentstream.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.OtherVersions;
import dev.latentstream.app.testing.PacedTraining;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.captioning.recaption.RecaptionLog;
import dev.latentstream.captioning.recaption.RecaptionStage;
import dev.latentstream.captioning.recaption.RecaptionStage.Progress;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.Resend;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.removals.RemovalWriter;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Recaption;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are captioned again, and one that is removed while a trainer has it in its buffer, through the real stages. */
class RemovedAndRecaptionedIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int IMAGES = 8;

    @AutoClose
    private static final Cluster CLUSTER = Cluster.start();

    private static final List<Stage> RUNNING = new ArrayList<>();

    @TempDir
    private static Path folder;

    private static Pipeline pipeline;
    private static Topics topics;
    private static CommittedLog log;
    private static boolean training;

    @BeforeAll
    static void start() throws Exception {
        pipeline = new Pipeline(TestSettings.of(CLUSTER, folder), Device.cpu());
        topics = pipeline.connection().topics();
        log = new CommittedLog(CLUSTER, pipeline.connection());
        new TopicSetup(pipeline.connection()).ensure(topics.fixed());
        begin(pipeline.policies());
        begin(pipeline.ingest());
        begin(pipeline.captioning());
        for (Stage stage : pipeline.encoding()) {
            begin(stage);
        }
    }

    @AfterAll
    static void stop() {
        for (int i = RUNNING.size() - 1; i >= 0; i--) {
            RUNNING.get(i).close();
        }
        pipeline.close();
    }

    @Test
    void aSourceIsCaptionedAgainOnceAndNoImageIsEncodedAgain() throws Exception {
        deliver("drawings", 5);
        List<ConsumerRecord<String, Encoding>> encodings = encodings("drawings");
        CaptionPolicy dense = new CaptionPolicy(1, List.of(new DensityLevel("dense", 1.0)), true);
        long version = new PolicyWriter(pipeline.connection(), pipeline.meters(), Clock.systemUTC())
                .write("drawings", dense, "test")
                .getVersion();
        await().until(() -> pipeline.policies().caption("drawings").version() == version);
        RecaptionLog recaptions = new RecaptionLog(pipeline.connection(), Clock.systemUTC());
        Recaption recaption = recaptions.plan("drawings", null, 4);
        assertThat(recaptions.count("drawings", recaption)).isEqualTo(IMAGES);
        recaptions.begin("drawings", recaption);

        recaption(recaption, 8, progress -> progress.images() >= 1); // and stopped on its way
        recaption(recaptions.last("drawings").orElseThrow(), 1000, Progress::finished);

        Map<String, Integer> captioned = new HashMap<>(); // times, by image id
        for (ConsumerRecord<String, Captions> captions : log.read(topics.captions())) {
            if (captions.value() != null && captions.value().getRevision() == 1) {
                captioned.merge(captions.key(), 1, Integer::sum);
                assertThat(captions.value().getCaptionPolicy()).isEqualTo(version);
            }
        }
        assertThat(captioned).hasSize(IMAGES).allSatisfy((image, times) -> assertThat(times)
                .isEqualTo(1));
        assertThat(recaptions.last("drawings").orElseThrow().getDone()).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        log.table(topics.latents("drawings")).values())
                .allSatisfy(
                        latent -> assertThat(latent.getCaptions().getRevision()).isEqualTo(1)));
        assertThat(encodings("drawings")).hasSameSizeAs(encodings);
        assertThat(pipeline.meters().value(Meter.STAGE_RECORDS, "latent-encoder", "drawings", "encoded"))
                .isEqualTo(IMAGES);
    }

    @Test
    void aRemovedImageIsInNoStepASecondLaterAndIsRefusedFromThenOn() throws Exception {
        deliver("photos", 3);
        startTraining();
        String image = log.keys(topics.latents("photos").name()).get(0);
        awaitSteps(5);
        assertThat(steps()).anyMatch(step -> holds(step.value(), image));

        long removedAt = System.currentTimeMillis();
        try (RemovalWriter writer = new RemovalWriter(pipeline.connection(), Clock.systemUTC())) {
            writer.remove(List.of(image), "opt-out 7", "test");
        }

        await().atMost(PATIENCE).until(() -> steps().stream().anyMatch(step -> step.timestamp() > removedAt + 3_000));
        assertThat(steps())
                .filteredOn(step -> step.timestamp() > removedAt + 1_000)
                .isNotEmpty()
                .noneMatch(step -> holds(step.value(), image));
        assertThat(steps()).anyMatch(step -> step.value().getPurged().stream()
                .anyMatch(purged -> purged.getImage().equals(image)));
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(log.table(topics.images())).doesNotContainKey(image);
            assertThat(log.table(topics.captions())).doesNotContainKey(image);
            assertThat(log.table(topics.encodings())).doesNotContainKey(image);
            assertThat(log.table(topics.latents("photos"))).hasSize(IMAGES - 1).doesNotContainKey(image);
        });
        send("photos", Resend.ALL);
        await().atMost(PATIENCE).untilAsserted(() -> {
            Rejection rejection = log.table(topics.imagesRejected()).get(image);
            assertThat(rejection).isNotNull();
            assertThat(rejection.getReason()).isEqualTo(RejectionReason.REMOVED);
        });
        assertThat(log.table(topics.images())).doesNotContainKey(image);
    }

    /** Records of an earlier and of a later program, at the entry of every stage. */
    @Test
    void recordsOfOtherVersionsPassEveryStage() throws Exception {
        startTraining();
        Topic<Latent> latents = topics.latents("versions");
        Set<String> sent = new HashSet<>();
        try (OtherVersions versions = new OtherVersions(pipeline.connection());
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        pipeline.connection().producerProperties("test"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            Sender sender = (topic, id, value) -> {
                producer.send(new ProducerRecord<>(topic.name(), id, value)).get();
                sent.add(id);
            };
            Topic<RawImage> raw = topics.imagesRaw();
            sender.send(raw, ImageId.of(raw(0).getImage()), versions.ofTomorrow(raw, raw(0)));
            sender.send(raw, ImageId.of(raw(1).getImage()), versions.ofYesterday(raw, raw(1)));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(log.table(latents)).containsOnlyKeys(sent));
            sendToLaterStages(ImageId.of(raw(0).getImage()), versions, sender);
            sent.remove(id("unknown type"));
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(steps())
                .flatExtracting(step -> step.value().getSamples())
                .extracting(LedgerSample::getImage)
                .contains(sent.toArray(String[]::new))
                .doesNotContain(id("unknown type")));
        assertThat(pipeline.meters().value(Meter.STAGE_RECORDS, "trainer", "versions", "refused"))
                .isEqualTo(1);
        assertThat(RUNNING).allSatisfy(stage -> assertThat(stage.failure()).isEmpty());
    }

    /** Sends what the stages made of an image, in other versions and as that of other images. */
    private static void sendToLaterStages(String known, OtherVersions versions, Sender sender) throws Exception {
        Image image = requireNonNull(log.table(topics.images()).get(known));
        sender.send(topics.images(), id("a"), versions.ofTomorrow(topics.images(), image));
        sender.send(topics.images(), id("b"), versions.ofYesterday(topics.images(), image));
        Captions captions = requireNonNull(log.table(topics.captions()).get(known));
        Encoding encoding = requireNonNull(log.table(topics.encodings()).get(known));
        sender.send(topics.captions(), id("c"), versions.withUnknownSymbols(topics.captions(), captions));
        sender.send(topics.encodings(), id("c"), versions.ofTomorrow(topics.encodings(), encoding));
        sender.send(topics.captions(), id("d"), versions.ofYesterday(topics.captions(), captions));
        sender.send(topics.encodings(), id("d"), versions.ofYesterday(topics.encodings(), encoding));
        Topic<Latent> latents = topics.latents("versions");
        Latent latent = requireNonNull(log.table(latents).get(known));
        sender.send(latents, id("e"), versions.ofTomorrow(latents, latent));
        sender.send(latents, id("f"), versions.ofYesterday(latents, latent));
        sender.send(latents, id("unknown type"), versions.withUnknownSymbols(latents, latent));
    }

    /** Sends a record, and waits until it is acknowledged. */
    private interface Sender {
        void send(Topic<?> topic, String id, byte[] value) throws Exception;
    }

    private static RawImage raw(int index) throws IOException {
        byte[] png = MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(7, index), 64, 64));
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(png))
                .setSource("versions")
                .setUri(index + ".png")
                .build();
    }

    private static String id(String name) {
        return ImageId.of(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
    }

    /** Starts a trainer, unless another test has. */
    private static void startTraining() throws IOException {
        if (!training) {
            training = true;
            begin(pipeline.training(new PacedTraining(Duration.ofMillis(50))));
        }
    }

    private static void begin(Stage stage) {
        RUNNING.add(stage);
        stage.start();
    }

    /** Runs a recaption until its progress is enough, then closes it. */
    private void recaption(Recaption recaption, double rate, Predicate<Progress> enough) throws IOException {
        RecaptionStage stage = pipeline.recaption(new RecaptionStage.Task("drawings", recaption, rate));
        try {
            stage.start();
            await().atMost(PATIENCE).until(stage::progress, enough);
            assertThat(stage.failure()).isEmpty();
        } finally {
            stage.close();
        }
    }

    /** Sends drawn scenes, and waits for their latents. */
    private static void deliver(String source, long seed) throws Exception {
        Path images = Files.createDirectories(folder.resolve(source));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(
                    images.resolve(i + ".png"),
                    MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(seed, i), 64, 64)));
        }
        send(source, Resend.CHANGED);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log.table(topics.latents(source)))
                .hasSize(IMAGES));
    }

    private static void send(String source, Resend resend) throws Exception {
        SourceProducer producer = new SourceProducer(pipeline.connection(), pipeline.meters());
        try (FolderSource images = new FolderSource(source, folder.resolve(source), ImageExtensions.USUAL, 1 << 20)) {
            producer.send(images, Optional.empty(), resend, Pace.FREE, progress -> {});
        }
    }

    private static List<ConsumerRecord<String, Encoding>> encodings(String source) {
        return log.read(topics.encodings()).stream()
                .filter(record ->
                        record.value() != null && record.value().getSource().equals(source))
                .toList();
    }

    private void awaitSteps(int count) {
        await().atMost(PATIENCE).until(() -> steps().size() >= count);
    }

    private List<ConsumerRecord<String, LedgerStep>> steps() {
        return log.read(topics.trainingLedger());
    }

    private static boolean holds(LedgerStep step, String image) {
        return step.getSamples().stream().map(LedgerSample::getImage).anyMatch(image::equals);
    }
}
