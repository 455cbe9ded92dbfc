package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.status.ConsumerLag;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.app.testing.TestShard;
import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.ingest.sources.TarSource;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Accounts for every id: photographs in a folder, drawn scenes and a tar shard, with broken files and duplicates among them, pass through
 * the real stages and networks, while captioner and encoder are stopped in the middle of their work and started again.
 */
class PipelineIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final int SCENES = 24;
    private static final long SEED = 12;
    private static final CaptionPolicy TWO_CAPTIONS = CaptionPolicy.newBuilder(PolicyRules.builtInCaption())
            .setCaptionsPerImage(2)
            .build();

    @TempDir
    private static Path folder;

    @AutoClose
    private static Cluster cluster;

    private static MixedFiles files;
    private static Pipeline pipeline;
    private static Topics topics;
    private static CommittedLog log;
    private static final List<Stage> running = new ArrayList<>();

    @BeforeAll
    static void runEverything() throws Exception {
        cluster = Cluster.start();
        files = MixedFiles.write(folder.resolve("photos"));
        pipeline = new Pipeline(TestSettings.of(cluster, folder), Device.cpu());
        topics = pipeline.connection().topics();
        log = new CommittedLog(cluster, pipeline.connection());
        new TopicSetup(pipeline.connection()).ensure(topics.fixed());
        new PolicyWriter(pipeline.connection(), pipeline.meters(), Clock.systemUTC())
                .write("*", TWO_CAPTIONS, "PipelineIT"); // five take their time

        start(pipeline.policies());
        start(pipeline.ingest());
        start(pipeline.encoding().get(1));
        deliver(new FolderSource("photos", folder.resolve("photos"), ImageExtensions.USUAL, 8 << 20));
        awaitThat(PipelineIT::isIngested);

        stopInTheMiddle(pipeline.encoding().get(0), topics.encodings());
        stopInTheMiddle(pipeline.captioning(), topics.captions());
        deliver(SourceChoice.scenes("scenes", SEED, SCENES, 6, 64));
        deliver(new TarSource("shard", List.of(shard()), ImageExtensions.USUAL, 8 << 20));
        start(pipeline.encoding().get(0));
        start(pipeline.captioning());

        awaitThat(PipelineIT::isIngested);
        awaitThat(PipelineIT::isJoined);
        awaitThat(PipelineIT::nothingIsLeftToRead);
        assertThat(running).allSatisfy(stage -> assertThat(stage.failure()).isEmpty());
        closeStages();
    }

    @AfterAll
    static void stop() {
        closeStages();
        if (pipeline != null) {
            pipeline.close();
        }
    }

    private static void closeStages() {
        while (!running.isEmpty()) {
            running.remove(running.size() - 1).close();
        }
    }

    private static void awaitThat(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(POLL_INTERVAL).until(condition);
    }

    private static void start(Stage stage) {
        running.add(stage);
        stage.start();
    }

    /** Closes a stage once it has written something, with most of its work still to do. */
    private static void stopInTheMiddle(Stage stage, Topic<?> output) {
        stage.start();
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> pipeline.meters().value(Meter.STAGE_WRITTEN, stage.name()) > 0);
        stage.close();
        assertThat(stage.failure()).isEmpty();
        assertThat(log.keys(output.name()))
                .as("%s when its stage was stopped", output.name())
                .hasSizeBetween(1, keys(topics.images()).size() - 1);
    }

    private static void deliver(ImageSource source) throws IOException, InterruptedException {
        SourceProducer producer = new SourceProducer(pipeline.connection(), pipeline.meters());
        try (source) {
            SourceProgress delivered =
                    producer.send(source, Pace.FREE, progress -> {}).progress();
            assertThat(delivered.notSent().unreadable()).isZero();
        }
    }

    /** Writes six scenes, an HTML page named like an image, and a file that is in the folder too. */
    private static Path shard() throws IOException {
        TestShard shard = new TestShard();
        for (int i = 0; i < 6; i++) {
            String key = "%06d".formatted(i);
            byte[] png = MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(SEED + 1, i), 64, 64));
            shard.add(key + ".png", png).add(key + ".txt", MixedFiles.utf8("image " + i));
            shard.add(key + ".json", MixedFiles.utf8("{\"licence\": \"CC0\"}"));
        }
        shard.add("000006.jpg", MixedFiles.utf8("<html>"));
        shard.add("000007.png", Files.readAllBytes(files.file("scene-03.png")));
        return shard.write(folder.resolve("shard-000000.tar"));
    }

    private static boolean isIngested() {
        Set<String> decided = new HashSet<>(keys(topics.images()));
        decided.addAll(keys(topics.imagesRejected()));
        return decided.equals(Set.copyOf(keys(topics.imagesRaw())));
    }

    private static boolean isJoined() {
        return Set.copyOf(latents().keySet()).equals(Set.copyOf(keys(topics.images())));
    }

    /** Waits, so that a record that is written twice is written by now. */
    private static boolean nothingIsLeftToRead() throws Exception {
        try (Admin admin = pipeline.connection().admin()) {
            return ConsumerLag.isZero(admin);
        }
    }

    @Test
    void everyRawIdIsOnceEitherAmongTheImagesOrAmongTheRejections() throws Exception {
        List<ConsumerRecord<String, RawImage>> raw = log.read(topics.imagesRaw());
        List<String> decided = new ArrayList<>(values(topics.images()).keySet());
        decided.addAll(values(topics.imagesRejected()).keySet());

        assertThat(raw).allSatisfy(record -> assertThat(record.key()).isEqualTo(sha256(bytes(record.value()))));
        assertThat(raw).extracting(ConsumerRecord::key).containsAll(ids(folder.resolve("photos")));
        assertThat(Set.copyOf(keys(topics.imagesRaw()))).hasSizeLessThan(raw.size()); // there are duplicates among them
        assertThat(decided).doesNotHaveDuplicates().hasSameElementsAs(keys(topics.imagesRaw()));
        assertThat(keysOnce(topics.images())).doesNotHaveDuplicates();
        assertThat(keysOnce(topics.imagesRejected())).doesNotHaveDuplicates();
    }

    @Test
    void everyImageIsOnceInCaptionsInEncodingsAndInTheLatentsOfItsSource() {
        Map<String, Image> images = values(topics.images());

        assertThat(images.values()).extracting(Image::getSource).contains("photos", "scenes", "shard");
        assertThat(values(topics.captions()).keySet()).isEqualTo(images.keySet());
        assertThat(values(topics.encodings()).keySet()).isEqualTo(images.keySet());
        assertThat(keysOnce(topics.captions())).doesNotHaveDuplicates();
        assertThat(keysOnce(topics.encodings())).doesNotHaveDuplicates();
        Map<String, Set<String>> bySource = images.entrySet().stream()
                .collect(Collectors.groupingBy(
                        image -> image.getValue().getSource(),
                        Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        assertThat(latentTopics())
                .containsExactlyInAnyOrderElementsOf(bySource.keySet().stream()
                        .map(source -> topics.latents(source).name())
                        .toList());
        bySource.forEach((source, expected) -> {
            assertThat(Set.copyOf(keys(topics.latents(source)))).isEqualTo(expected);
            assertThat(keysOnce(topics.latents(source))).doesNotHaveDuplicates();
        });
    }

    @Test
    void aLatentContainsTheCaptionsAndTheEncodingOfItsImage() {
        Map<String, Captions> captions = values(topics.captions());
        Map<String, Encoding> encodings = values(topics.encodings());

        assertThat(latents()).isNotEmpty().allSatisfy((id, latent) -> {
            assertThat(latent.getCaptions()).isEqualTo(captions.get(id));
            assertThat(latent.getEncoding()).isEqualTo(encodings.get(id));
        });
    }

    @Test
    void eachBrokenFileIsRefusedForItsOwnReason() throws Exception {
        Map<String, Rejection> rejections = values(topics.imagesRejected());
        Map<String, RejectionReason> expected = new TreeMap<>();
        for (Map.Entry<Path, RejectionReason> file : files.refused().entrySet()) {
            expected.put(sha256(Files.readAllBytes(file.getKey())), file.getValue());
        }
        expected.put(sha256(MixedFiles.utf8("<html>")), RejectionReason.UNKNOWN_FORMAT);

        Map<String, RejectionReason> found = rejections.entrySet().stream()
                .filter(rejection -> rejection.getValue().getReason() != RejectionReason.DUPLICATE)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, rejection -> rejection.getValue().getReason()));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void ofTwoFilesWithTheSamePixelsOneIsRefusedAndNamesTheOther() throws Exception {
        String png = sha256(Files.readAllBytes(files.file("scene-01.png")));
        String bmp = sha256(Files.readAllBytes(files.file("pixels-of-scene-01.bmp")));
        List<String> images = keys(topics.images());
        String first = images.contains(png) ? png : bmp; // two partitions have no order
        String second = first.equals(png) ? bmp : png;

        Map<String, String> duplicates = values(topics.imagesRejected()).entrySet().stream()
                .filter(rejection -> rejection.getValue().getReason() == RejectionReason.DUPLICATE)
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        rejection -> rejection.getValue().getValue().orElse("")));

        assertThat(images).contains(first);
        assertThat(duplicates).isEqualTo(Map.of(second, first));
    }

    @Test
    void nothingIsADeadLetter() {
        List<String> letters = log.topics().stream()
                .filter(Topics::isDeadLetters)
                .flatMap(topic -> log.keys(topic).stream())
                .toList();

        assertThat(letters).isEmpty();
    }

    private static List<String> keys(Topic<?> topic) {
        return log.keys(topic.name());
    }

    /** Returns the keys without those of images that were written again because another copy had a text. */
    private static List<String> keysOnce(Topic<?> topic) {
        Map<String, Image> images = values(topics.images());
        return keys(topic).stream()
                .filter(id -> !images.containsKey(id) || images.get(id).getTextRevision() == 0)
                .toList();
    }

    /** Reads a topic as a table. */
    private static <V extends SpecificRecord> Map<String, V> values(Topic<V> topic) {
        Map<String, V> table = new TreeMap<>();
        for (ConsumerRecord<String, V> record : log.read(topic)) {
            if (record.value() == null) {
                table.remove(record.key());
            } else {
                table.put(record.key(), record.value());
            }
        }
        return table;
    }

    private static Collection<String> latentTopics() {
        return log.topics().stream().filter(topics::isLatents).toList();
    }

    private static Map<String, Latent> latents() {
        Map<String, Latent> latents = new TreeMap<>();
        for (String topic : latentTopics()) {
            String source = topics.sourceOfLatents(topic);
            log.read(topics.latents(source)).forEach(record -> latents.put(record.key(), record.value()));
        }
        return latents;
    }

    /** Returns the ids of the files in a folder that are named like images. */
    private static Set<String> ids(Path folder) throws Exception {
        Set<String> ids = new HashSet<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path :
                    paths.filter(file -> !file.toString().endsWith(".txt")).toList()) {
                ids.add(sha256(Files.readAllBytes(path)));
            }
        }
        return ids;
    }

    private static byte[] bytes(RawImage raw) {
        byte[] bytes = new byte[raw.getImage().remaining()];
        raw.getImage().duplicate().get(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
