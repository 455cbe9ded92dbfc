package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.Readings;
import dev.latentstream.ingest.image.TestAnimations;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.Folders;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IngestTopologyTest {
    private static final String KEY = "any key";

    private final Topics topics = new Topics("test-");
    private final Meters meters = new Meters();
    private final Map<String, VersionedPolicy<FilterPolicy>> policies = new HashMap<>();
    private final IngestSerdes serdes = AvroBinary.ingestSerdes();
    private final DecoderThreads threads = new DecoderThreads(new DecodingSettings());
    private final Topology topology = new IngestTopology(
                    topics,
                    serdes,
                    () -> new ImageProcessor(new IngestSettings(), threads),
                    threads,
                    new Judge(
                            source -> policies.getOrDefault(source, policy(0, 32)),
                            new QuarantineSettings(),
                            new PolicyFilter(OptOutLists.none()),
                            meters),
                    new StageHeaders(new Random(1)),
                    meters,
                    new NearDuplicateSettings())
            .build();
    private final Path state = temporaryFolder();
    private final TopologyTestDriver driver = new TopologyTestDriver(topology, properties(state));
    private final TestInputTopic<String, RawImage> raw = driver.createInputTopic(
            "test-images-raw", new StringSerializer(), serdes.rawImages().serializer());
    private final TestOutputTopic<String, Image> images = driver.createOutputTopic(
            "test-images", new StringDeserializer(), serdes.images().deserializer());
    private final TestOutputTopic<String, Rejection> rejections = driver.createOutputTopic(
            "test-images-rejected",
            new StringDeserializer(),
            serdes.rejections().deserializer());

    private final TestOutputTopic<String, Candidate> candidates = driver.createOutputTopic(
            "ingest-test-candidates-repartition",
            new StringDeserializer(),
            serdes.candidates().deserializer());

    @AfterEach
    void close() throws IOException {
        driver.close();
        meters.close();
        Folders.delete(state);
    }

    @Test
    void admitsAnImageUnderTheHashOfItsBytes() {
        byte[] file = TestImages.jpeg(TestImages.drawing(640, 480));
        RawImage sent = raw("photos", "file:/a.jpg", file);
        sent.setAltText("a drawing");
        sent.setAttributes(Map.of("licence", "CC0"));

        raw.pipeInput(KEY, sent);

        TestRecord<String, Image> record = images.readRecord();
        Image image = record.value();
        assertThat(record.key()).isEqualTo(sha256(file));
        assertThat(TestImages.decode(image.getImage()).getWidth())
                .isEqualTo(640)
                .isEqualTo(image.getWidth());
        assertThat(image.getHeight()).isEqualTo(480);
        assertThat(image.getOriginalWidth()).isEqualTo(640);
        assertThat(image.getSource()).isEqualTo("photos");
        assertThat(image.getUri()).isEqualTo("file:/a.jpg");
        assertThat(image.getAltText()).contains("a drawing");
        assertThat(image.getAttributes()).containsEntry("licence", "CC0");
        assertThat(image.getScores()).containsOnlyKeys("sharpness", "contrast", "flatness");
        assertThat(StageHeaders.source(record.headers())).contains("photos");
        assertThat(StageHeaders.policy(record.headers())).hasValue(0);
        assertThat(rejections.isEmpty()).isTrue();
    }

    @Test
    void storesNothingAboutARefusalWhereThereWasNone() {
        raw.pipeInput(KEY, photo(1));

        assertThat(driver.producedTopicNames()).contains("test-images").noneMatch(topic -> topic.contains("refused"));
    }

    @Test
    void propagatesTheTraceAndNoOtherHeader() {
        StageHeaders headers = new StageHeaders(new Random(2));
        TestRecord<String, RawImage> sent =
                new TestRecord<>(KEY, photo(1), headers.originate("photos", 0).add("flood", new byte[100]), 5L);

        raw.pipeInput(sent);

        TestRecord<String, Image> record = images.readRecord();
        String trace = StageHeaders.trace(sent.headers()).orElseThrow().substring(0, 35);
        assertThat(StageHeaders.trace(record.headers()).orElseThrow()).startsWith(trace);
        assertThat(record.headers()).extracting(header -> header.key()).containsOnly("source", "trace", "policy");
        assertThat(record.timestamp()).isEqualTo(5);
    }

    @Test
    void absorbsTheSameBytesUnderWhateverKey() {
        raw.pipeInput("", photo(1));
        raw.pipeInput(null, photo(1));
        raw.pipeInput(KEY, photo(1));

        assertThat(images.readKeyValuesToList()).hasSize(1);
        assertThat(rejections.isEmpty()).isTrue();
        assertThat(meters.value(Meter.STAGE_RECORDS, "ingest", "photos", "admitted"))
                .isEqualTo(1);
        assertThat(meters.value(Meter.STAGE_RECORDS, "ingest", "photos", "repeated"))
                .isEqualTo(2);
    }

    @Test
    void refusesTheSamePixelsInAnotherFile() {
        BufferedImage drawing = TestImages.drawing(96, 96);
        byte[] first = TestImages.png(drawing);
        byte[] second = TestImages.encode("bmp", drawing);

        raw.pipeInput(KEY, raw("photos", "a.png", first));
        raw.pipeInput(KEY, raw("copies", "a.bmp", second));
        raw.pipeInput(KEY, raw("copies", "b.bmp", second));

        assertThat(images.readKeyValuesToMap()).containsOnlyKeys(sha256(first));
        TestRecord<String, Rejection> record = rejections.readRecord();
        assertThat(record.key()).isEqualTo(sha256(second));
        assertThat(record.value().getReason()).isEqualTo(RejectionReason.DUPLICATE);
        assertThat(record.value().getValue()).contains(sha256(first));
        assertThat(record.value().getUri()).isEqualTo("a.bmp");
        assertThat(record.value().getStage()).isEqualTo("ingest");
        assertThat(rejections.isEmpty()).isTrue();
    }

    @Test
    void refusesANonImageOnce() {
        byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);

        raw.pipeInput(KEY, raw("photos", "a.jpg", page));
        raw.pipeInput(KEY, raw("photos", "b.jpg", page));

        Map<String, Rejection> refused = rejections.readKeyValuesToMap();
        assertThat(refused).containsOnlyKeys(sha256(page));
        assertThat(refused.values()).extracting(Rejection::getReason).containsExactly(RejectionReason.UNKNOWN_FORMAT);
        assertThat(images.isEmpty()).isTrue();
        assertThat(meters.value(Meter.STAGE_RECORDS, "ingest", "photos", "unknown-format"))
                .isEqualTo(1);
    }

    @Test
    void judgesEachSourceByItsPolicy() {
        policies.put("strict", policy(7, 200));

        raw.pipeInput(KEY, raw("strict", "small", TestImages.png(TestImages.drawing(100, 120))));
        raw.pipeInput(KEY, raw("photos", "small", TestImages.png(TestImages.drawing(120, 100))));

        TestRecord<String, Rejection> record = rejections.readRecord();
        Rejection rejection = record.value();
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.TOO_SMALL);
        assertThat(rejection.getValue()).contains("100");
        assertThat(rejection.getBound()).contains("200");
        assertThat(rejection.getPolicy()).isEqualTo(7);
        assertThat(StageHeaders.policy(record.headers())).hasValue(7);
        assertThat(images.readValue().getSource()).isEqualTo("photos");
    }

    @Test
    void withdrawsARejectionWhenAPolicyAllowsTheImage() {
        policies.put("photos", policy(1, 200));
        raw.pipeInput(KEY, photo(1));
        policies.put("photos", policy(2, 64));

        raw.pipeInput(KEY, photo(1));

        List<TestRecord<String, Rejection>> refused = rejections.readRecordsToList();
        assertThat(refused).extracting(record -> record.value() == null).containsExactly(false, true);
        assertThat(refused.get(1).key()).isEqualTo(refused.get(0).key());
        assertThat(images.readValue().getFilterPolicy()).isEqualTo(2);
    }

    @Test
    void keepsWhatItAdmittedWhenAPolicyBecomesStricter() {
        raw.pipeInput(KEY, photo(1));
        policies.put("photos", policy(1, 200));

        raw.pipeInput(KEY, photo(1));

        assertThat(images.readKeyValuesToList()).hasSize(1);
        assertThat(rejections.isEmpty()).isTrue();
    }

    @Test
    void survivesRecordsThatTheSourcesNeverWrite() {
        raw.pipeInput(KEY, (RawImage) null);
        raw.pipeInput(KEY, raw("no/topic", "x".repeat(1_500_000), TestImages.png(TestImages.drawing(90, 80))));
        raw.pipeInput(KEY, raw("photos", "x".repeat(1_500_000), TestImages.png(TestImages.drawing(80, 90))));

        List<Rejection> refused = rejections.readValuesToList();
        assertThat(refused)
                .extracting(Rejection::getReason)
                .containsExactly(RejectionReason.EMPTY, RejectionReason.WRONG_SOURCE, RejectionReason.TOO_MANY_BYTES);
        assertThat(refused)
                .allSatisfy(rejection -> assertThat(rejection.getUri().length()).isLessThanOrEqualTo(4000));
    }

    @ParameterizedTest
    @MethodSource("refusedWhateverTheirPixels")
    void withdrawsARejectionWhenTheSameFileArrivesWithValidMetadata(RawImage wrong) {
        raw.pipeInput(KEY, wrong);

        raw.pipeInput(KEY, photo(1));

        List<TestRecord<String, Rejection>> refused = rejections.readRecordsToList();
        assertThat(refused).extracting(record -> record.value() == null).containsExactly(false, true);
        assertThat(images.readKeyValuesToMap()).containsOnlyKeys(refused.get(1).key());
        assertOneKey();
    }

    @ParameterizedTest
    @MethodSource("refusedWhateverTheirPixels")
    void keepsWhatItAdmittedWhenTheSameFileArrivesWithInvalidMetadata(RawImage wrong) {
        raw.pipeInput(KEY, photo(1));

        raw.pipeInput(KEY, wrong);

        assertThat(images.readKeyValuesToList()).hasSize(1);
        assertThat(rejections.isEmpty()).isTrue();
        assertOneKey();
    }

    static List<RawImage> refusedWhateverTheirPixels() {
        RawImage ofNoSource = photo(1);
        ofNoSource.setSource("no/topic");
        RawImage ofLongText = photo(1);
        ofLongText.setUri("x".repeat(1_500_000));
        return List.of(ofNoSource, ofLongText);
    }

    /** A test driver has one partition, where two keys would meet by accident. */
    private void assertOneKey() {
        assertThat(candidates.readKeyValuesToList())
                .hasSize(2)
                .extracting(candidate -> candidate.key)
                .containsOnly(Readings.workingImage(photo(1).getImage().array()).pixelHash());
    }

    @Test
    void putsEveryIdIntoExactlyOneOfTheTwoTopics() {
        List<byte[]> files = files();
        Map<String, Image> admitted = new HashMap<>();
        Map<String, Rejection> refused = new HashMap<>();
        Set<String> sent = new HashSet<>();
        Random random = new Random(3);

        for (int i = 0; i < 80; i++) {
            policies.put("photos", policy(i, random.nextBoolean() ? 16 : 80));
            byte[] file = files.get(random.nextInt(files.size()));
            sent.add(sha256(file));
            raw.pipeInput(KEY, raw("photos", "" + i, file));
            images.readRecordsToList().forEach(record -> put(admitted, record));
            rejections.readRecordsToList().forEach(record -> put(refused, record));

            assertThat(Collections.disjoint(admitted.keySet(), refused.keySet()))
                    .isTrue();
            assertThat(admitted.size() + refused.size()).isEqualTo(sent.size());
        }
        assertThat(admitted).hasSizeGreaterThan(3);
        assertThat(refused).hasSizeGreaterThan(3);
    }

    /** Valid, small and broken images, some with the same pixels. */
    private static List<byte[]> files() {
        List<byte[]> files = new ArrayList<>();
        for (int side : new int[] {40, 64, 96, 120}) {
            BufferedImage drawing = TestImages.drawing(side, side);
            files.add(TestImages.png(drawing));
            files.add(TestImages.encode("bmp", drawing));
            files.add(TestImages.jpeg(drawing));
        }
        files.add(new byte[0]);
        files.add(new byte[] {1, 2, 3});
        files.add(TestAnimations.gif(Color.RED, Color.GREEN));
        return files;
    }

    private static <V> void put(Map<String, V> table, TestRecord<String, V> record) {
        if (record.value() == null) {
            table.remove(record.key());
        } else {
            table.put(record.key(), record.value());
        }
    }

    @Test
    void namesEverythingItself() {
        String description = topology.describe().toString();

        assertThat(description)
                .contains("Processor: examine", "Processor: admit", "candidates-repartition")
                .containsPattern("stores: \\[((admitted|described|pixels|refused|removed)(, )?){5}]")
                .doesNotContain("KSTREAM");
    }

    private static RawImage photo(int seed) {
        return raw("photos", "photo-" + seed, TestImages.png(TestImages.drawing(100 + seed, 100)));
    }

    private static RawImage raw(String source, String uri, byte[] bytes) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(bytes))
                .setSource(source)
                .setUri(uri)
                .build();
    }

    private static VersionedPolicy<FilterPolicy> policy(long version, int minSide) {
        return new VersionedPolicy<>(
                version,
                FilterPolicy.newBuilder()
                        .setMinSide(minSide)
                        .setMaxAspectRatio(3)
                        .build());
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("ingest-test");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Properties properties(Path state) {
        Properties properties = StreamsStage.topologyProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "ingest-test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        return properties;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
