package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.Folders;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Reinstatement;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Topics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images that are removed before, after and while they arrive. */
class IngestRemovalTest {
    private static final BufferedImage DRAWING = TestImages.drawing(96, 96);
    private static final byte[] FILE = TestImages.png(DRAWING);
    private static final byte[] SAME_PIXELS = TestImages.encode("bmp", DRAWING);
    private static final byte[] PAGE = "<html>".getBytes(StandardCharsets.UTF_8);

    private final Meters meters = new Meters();
    private final IngestSerdes serdes = AvroBinary.ingestSerdes();
    private final Path state;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, RawImage> raw;
    private final TestInputTopic<String, byte[]> removals;
    private final TestOutputTopic<String, Image> images;
    private final TestOutputTopic<String, Rejection> rejections;

    IngestRemovalTest() throws IOException {
        DecoderThreads threads = new DecoderThreads(new DecodingSettings());
        Topology topology = new IngestTopology(
                        new Topics(""),
                        serdes,
                        () -> new ImageProcessor(new IngestSettings(), threads),
                        threads,
                        new Judge(
                                source -> policy(),
                                new QuarantineSettings(),
                                new PolicyFilter(OptOutLists.none()),
                                meters),
                        new StageHeaders(new Random(1)),
                        meters,
                        new NearDuplicateSettings())
                .build();
        state = Files.createTempDirectory("ingest-removal");
        Properties properties = StreamsStage.topologyProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "ingest-removal");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(topology, properties);
        raw = driver.createInputTopic(
                "images-raw", new StringSerializer(), serdes.rawImages().serializer());
        removals = driver.createInputTopic("removals", new StringSerializer(), new ByteArraySerializer());
        images = driver.createOutputTopic(
                "images", new StringDeserializer(), serdes.images().deserializer());
        rejections = driver.createOutputTopic(
                "images-rejected", new StringDeserializer(), serdes.rejections().deserializer());
    }

    @AfterEach
    void close() throws IOException {
        driver.close();
        meters.close();
        Folders.delete(state);
    }

    @Test
    void anAdmittedImageThatIsRemovedIsWithdrawn() {
        send("photos", FILE);
        assertThat(images.readRecord().key()).isEqualTo(id(FILE));

        remove(id(FILE));
        remove(id(FILE));

        TestRecord<String, Image> withdrawn = images.readRecord();
        assertThat(withdrawn.key()).isEqualTo(id(FILE));
        assertThat(withdrawn.value()).isNull();
        assertThat(StageHeaders.source(withdrawn.headers())).contains("photos");
        assertThat(withdrawn.timestamp()).isPositive();
        assertThat(images.isEmpty()).as("once").isTrue();
        assertThat(rejections.isEmpty()).isTrue();
        assertThat(meters.value(Meter.STAGE_RECORDS, "ingest", "photos", "removed"))
                .isEqualTo(1);
    }

    @Test
    void aRemovedImageIsRefusedOnceWithTheReasonOfItsRemoval() {
        remove(id(FILE));

        send("photos", FILE);
        send("photos", FILE);

        TestRecord<String, Rejection> refused = rejections.readRecord();
        assertThat(refused.key()).isEqualTo(id(FILE));
        assertThat(refused.value().getReason()).isEqualTo(RejectionReason.REMOVED);
        assertThat(refused.value().getDetail()).isEqualTo("the image was removed by ada: opt-out 7");
        assertThat(rejections.isEmpty()).isTrue();
        assertThat(images.isEmpty()).isTrue();
    }

    @Test
    void anotherFileWithThePixelsOfARemovedImageIsRefused() {
        send("photos", FILE);
        remove(id(FILE));
        images.readRecordsToList();

        send("copies", SAME_PIXELS);

        TestRecord<String, Rejection> refused = rejections.readRecord();
        assertThat(refused.key()).isEqualTo(id(SAME_PIXELS));
        assertThat(refused.value().getReason()).isEqualTo(RejectionReason.REMOVED);
        assertThat(refused.value().getValue()).contains(id(FILE));
        assertThat(images.isEmpty()).isTrue();
    }

    @Test
    void aFileThatCannotBeReadIsRefusedAsRemovedToo() {
        send("photos", PAGE);
        remove(id(PAGE));

        send("photos", PAGE);

        assertThat(rejections.readRecordsToList())
                .extracting(
                        record -> record.value() == null ? null : record.value().getReason())
                .containsExactly(RejectionReason.UNKNOWN_FORMAT, null, RejectionReason.REMOVED);
    }

    @Test
    void aRemovalThatIsTakenBackLetsTheImageBeAdmittedAsNew() {
        send("photos", FILE);
        remove(id(FILE));
        send("photos", FILE);
        images.readRecordsToList();
        rejections.readRecordsToList();

        removals.pipeInput(id(FILE), null);
        removals.pipeInput(id(FILE), null);

        TestRecord<String, Rejection> withdrawn = rejections.readRecord();
        assertThat(withdrawn.key()).isEqualTo(id(FILE));
        assertThat(withdrawn.value()).isNull();
        send("copies", SAME_PIXELS);
        send("photos", FILE);
        assertThat(images.readKeyValuesToMap()).containsOnlyKeys(id(SAME_PIXELS));
        assertThat(rejections.readValue().getReason()).isEqualTo(RejectionReason.DUPLICATE);
    }

    @Test
    void nothingIsKeptOfTheTextsOfARemovedImage() {
        RawImage withText = raw("photos", FILE);
        withText.setAltTexts(List.of(new AltText("Ada in her garden", "photos", "a.png")));
        raw.pipeInput(id(FILE), withText);
        remove(id(FILE));

        KeyValueStore<String, Image> described = driver.getKeyValueStore(Admission.DESCRIBED);

        assertThat(described.all().hasNext()).isFalse();
    }

    @Test
    void aRemovalThatCannotBeReadRemovesItsImage() {
        removals.pipeInput(id(FILE), new byte[] {-1});

        send("photos", FILE);

        assertThat(rejections.readValue().getDetail())
                .isEqualTo("the image was removed by unknown: unknown: the removal cannot be read");
    }

    @Test
    void removalsGoToEveryPartitionAndImagesToTheirOwn() {
        Candidate removal = new Candidate(id(FILE), removal(), null, null, null, ByteBuffer.allocate(0));
        Candidate reinstatement =
                new Candidate(id(FILE), new Reinstatement(Instant.EPOCH), null, null, null, ByteBuffer.allocate(0));
        Rejection empty =
                Rejections.of(new Refusal(RejectionReason.EMPTY, null, null, "the file is empty"), "photos", "", 0);
        Candidate rejection = new Candidate(id(FILE), empty, null, null, null, ByteBuffer.allocate(0));

        assertThat(Announcement.partitions("t", id(FILE), removal, 3).orElseThrow())
                .containsExactlyInAnyOrder(0, 1, 2);
        assertThat(Announcement.partitions("t", id(FILE), reinstatement, 2).orElseThrow())
                .containsExactlyInAnyOrder(0, 1);
        assertThat(Announcement.partitions("t", id(FILE), rejection, 3)).isEmpty();
    }

    @Test
    void anImageThatAnEarlierVersionAdmittedIsWithdrawn() {
        MockProcessorContext<String, Verdict> context = new MockProcessorContext<>();
        Admission admission = new Admission(
                new Judge(source -> policy(), new QuarantineSettings(), new PolicyFilter(OptOutLists.none()), meters),
                new StageHeaders(new Random(1)),
                meters,
                new NearDuplicateSettings());
        KeyValueStore<String, String> admitted = store(context, Admission.ADMITTED, Serdes.String());
        store(context, Admission.REFUSED, Serdes.String());
        store(context, Admission.DESCRIBED, serdes.images());
        store(context, Admission.REMOVED, serdes.removals());
        store(context, Admission.PIXELS, Serdes.String());
        admitted.put("00", id(FILE));
        admission.init(context);

        admission.process(new Record<>(
                id(FILE), new Candidate(id(FILE), removal(), null, null, null, ByteBuffer.allocate(0)), 0));

        assertThat(context.forwarded())
                .singleElement()
                .extracting(forward -> forward.record().value())
                .isInstanceOf(Verdict.Removed.class);
    }

    private static <V> KeyValueStore<String, V> store(
            MockProcessorContext<String, Verdict> context, String name, Serde<V> serde) {
        KeyValueStore<String, V> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.String(), serde)
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }

    private void send(String source, byte[] file) {
        raw.pipeInput(id(file), raw(source, file));
    }

    private static RawImage raw(String source, byte[] file) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(file))
                .setSource(source)
                .setUri("a")
                .build();
    }

    private void remove(String imageId) {
        removals.pipeInput(imageId, serdes.removals().serializer().serialize("removals", removal()));
    }

    private static Removal removal() {
        return new Removal("opt-out 7", "ada", Instant.EPOCH);
    }

    private static VersionedPolicy<FilterPolicy> policy() {
        return new VersionedPolicy<>(
                0,
                FilterPolicy.newBuilder()
                        .setMinSide(32)
                        .setMaxAspectRatio(3)
                        .setMinScores(Collections.emptyMap())
                        .build());
    }

    private static String id(byte[] file) {
        return ImageId.of(ByteBuffer.wrap(file));
    }
}
