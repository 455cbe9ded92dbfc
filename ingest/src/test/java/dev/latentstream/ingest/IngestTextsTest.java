package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of one image meet in its record, wherever they come from. */
class IngestTextsTest {
    private static final BufferedImage DRAWING = TestImages.drawing(96, 96);
    private static final byte[] FILE = TestImages.png(DRAWING);
    private static final byte[] SAME_PIXELS = TestImages.encode("bmp", DRAWING);

    private final Meters meters = new Meters();
    private final IngestSerdes serdes = AvroBinary.ingestSerdes();
    private final DecoderThreads threads = new DecoderThreads(new DecodingSettings());
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, RawImage> raw;
    private final TestOutputTopic<String, Image> images;
    private final TestOutputTopic<String, Rejection> rejections;

    IngestTextsTest(@TempDir Path state) {
        driver = new TopologyTestDriver(
                new IngestTopology(
                                new Topics(""),
                                serdes,
                                () -> new ImageProcessor(new IngestSettings(), threads),
                                threads,
                                new Judge(
                                        source -> new VersionedPolicy<>(
                                                3,
                                                FilterPolicy.newBuilder()
                                                        .setMinSide(32)
                                                        .setMaxAspectRatio(3)
                                                        .build()),
                                        new QuarantineSettings(),
                                        new PolicyFilter(OptOutLists.none()),
                                        meters),
                                new StageHeaders(new Random(1)),
                                meters,
                                new NearDuplicateSettings())
                        .build(),
                properties(state));
        raw = driver.createInputTopic(
                "images-raw", new StringSerializer(), serdes.rawImages().serializer());
        images = driver.createOutputTopic(
                "images", new StringDeserializer(), serdes.images().deserializer());
        rejections = driver.createOutputTopic(
                "images-rejected", new StringDeserializer(), serdes.rejections().deserializer());
    }

    @AfterEach
    void close() {
        driver.close();
        meters.close();
    }

    @Test
    void fiveKeysOfOneImageAreOneImageWithFiveTexts() {
        for (int i = 1; i <= 5; i++) {
            send(copy("coco", i + ".jpg", "caption " + i));
        }

        List<KeyValue<String, Image>> written = images.readKeyValuesToList();
        assertThat(written).extracting(image -> image.key).containsOnly(written.get(0).key);
        Image last = written.get(written.size() - 1).value;
        assertThat(last.getAltText()).contains("caption 1");
        assertThat(last.getAltTexts())
                .extracting(AltText::getText)
                .containsExactly("caption 1", "caption 2", "caption 3", "caption 4", "caption 5");
        assertThat(last.getTextRevision()).isEqualTo(4);
        assertThat(last.getFilterPolicy()).isEqualTo(3);
        assertThat(meters.value(Meter.STAGE_RECORDS, "ingest", "coco", "renewed"))
                .isEqualTo(4);
    }

    @Test
    void aRecordWithSeveralTextsIsWrittenOnce() {
        RawImage several = copy("coco", "1.jpg", "caption 1");
        several.setAltTexts(List.of(text("coco", "1.jpg", "caption 1"), text("coco", "2.jpg", "caption 2")));

        send(several);

        assertThat(images.readValuesToList()).singleElement().satisfies(image -> assertThat(image.getAltTexts())
                .containsExactly(text("coco", "1.jpg", "caption 1"), text("coco", "2.jpg", "caption 2")));
    }

    @Test
    void theTextOfAnotherSourceIsAddedAndAllElseStays() {
        RawImage first = copy("photos", "a.jpg", "a cat");
        first.setAttributes(Map.of("licence", "CC0"));
        send(first);

        send(copy("web", "https://example.org/cat", "a pet"));

        Image renewed = last();
        assertThat(renewed.getSource()).isEqualTo("photos");
        assertThat(renewed.getUri()).isEqualTo("a.jpg");
        assertThat(renewed.getAttributes()).containsEntry("licence", "CC0");
        assertThat(renewed.getAltTexts())
                .containsExactly(text("photos", "a.jpg", "a cat"), text("web", "https://example.org/cat", "a pet"));
        assertThat(TestImages.decode(renewed.getImage()).getWidth()).isEqualTo(96);
    }

    @Test
    void theTextOfADuplicateInAnotherFormatGoesToTheImageThatWasAdmitted() {
        send(copy("photos", "a.png", null));
        RawImage duplicate = copy("web", "a.bmp", "a cat");
        duplicate.setImage(ByteBuffer.wrap(SAME_PIXELS));

        send(duplicate);

        List<KeyValue<String, Image>> written = images.readKeyValuesToList();
        assertThat(written).extracting(image -> image.key).containsOnly(written.get(0).key);
        assertThat(written.get(1).value.getAltText()).contains("a cat");
        assertThat(written.get(1).value.getUri()).isEqualTo("a.png");
        assertThat(rejections.readValue().getReason()).isEqualTo(RejectionReason.DUPLICATE);
    }

    @Test
    void aCorrectedTextReplacesTheOneBefore() {
        send(copy("photos", "a.jpg", "a dog"));

        send(copy("photos", "a.jpg", "a cat"));

        Image renewed = last();
        assertThat(renewed.getAltText()).contains("a cat");
        assertThat(renewed.getAltTexts()).containsExactly(text("photos", "a.jpg", "a cat"));
    }

    @Test
    void aRemovedTextIsRemoved() {
        send(copy("photos", "a.jpg", "a dog"));

        send(copy("photos", "a.jpg", null));

        assertThat(last().getAltText()).isEmpty();
    }

    @Test
    void theSameTextAgainChangesNothing() {
        send(copy("photos", "a.jpg", "a cat"));
        send(copy("photos", "a.jpg", " a cat\n"));
        send(copy("photos", "b.jpg", "a cat"));
        send(copy("photos", "c.jpg", null));

        assertThat(images.readValuesToList()).hasSize(1);
        assertThat(meters.value(Meter.STAGE_RECORDS, "ingest", "photos", "repeated"))
                .isEqualTo(3);
    }

    @Test
    void changedAttributesOfTheSameFileAreRenewed() {
        send(copy("photos", "a.jpg", "a cat"));
        RawImage corrected = copy("photos", "a.jpg", "a cat");
        corrected.setAttributes(Map.of("licence", "CC BY"));

        send(corrected);

        assertThat(last().getAttributes()).containsEntry("licence", "CC BY");
    }

    @Test
    void attributesOfAnotherCopyAreAddedWhereTheRecordHasNone() {
        RawImage first = copy("photos", "a.jpg", "a cat");
        first.setAttributes(Map.of("licence", "CC0"));
        RawImage second = copy("web", "https://example.org/cat", null);
        second.setAttributes(Map.of("licence", "CC BY", "aesthetic", "6.1", "colour-profile", "of another file"));

        send(first);
        send(second);
        send(second);

        assertThat(images.readValuesToList())
                .extracting(Image::getAttributes)
                .containsExactly(Map.of("licence", "CC0"), Map.of("licence", "CC0", "aesthetic", "6.1"));
    }

    @Test
    void attributesThatWouldBeTooLongTogetherAreNotAdded() {
        RawImage first = copy("photos", "a.jpg", "a cat");
        first.setAttributes(Map.of("one", "x".repeat(600_000)));
        RawImage second = copy("web", "b.jpg", null);
        second.setAttributes(Map.of("two", "x".repeat(600_000)));

        send(first);
        send(second);

        assertThat(last().getAttributes()).containsOnlyKeys("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n", "\ufeff"})
    void aBlankTextOfAnyProducerIsNone(String blank) {
        send(copy("photos", "a.jpg", blank));

        Image image = last();
        assertThat(image.getAltText()).isEmpty();
        assertThat(image.getAltTexts()).isEmpty();
    }

    @Test
    void aTextAboveItsBoundIsDroppedAndCountedAndTheImageIsAdmitted() {
        send(copy("photos", "a.jpg", "x".repeat(1_300_000)));

        assertThat(last().getAltText()).isEmpty();
        assertThat(rejections.isEmpty()).isTrue();
        assertThat(meters.value(Meter.ALT_TEXT_DROPPED, "ingest", "photos", "too-long"))
                .isEqualTo(1);
    }

    @Test
    void theSeventeenthTextIsDroppedAndCounted() {
        for (int i = 1; i <= 17; i++) {
            send(copy("photos", i + ".jpg", "text " + i));
        }

        assertThat(last().getAltTexts()).hasSize(16);
        assertThat(meters.value(Meter.ALT_TEXT_DROPPED, "ingest", "photos", "too-many"))
                .isEqualTo(1);
    }

    @Test
    void anImageSaysWhichOneItReplaces() {
        RawImage changed = copy("photos", "a.jpg", "a cat");
        changed.setReplaces("0123");

        send(changed);

        assertThat(last().getReplaces()).contains("0123");
    }

    private void send(RawImage image) {
        raw.pipeInput("", image);
    }

    private Image last() {
        List<Image> written = images.readValuesToList();
        return written.get(written.size() - 1);
    }

    private static AltText text(String source, String uri, String text) {
        return new AltText(text, source, uri);
    }

    private static RawImage copy(String source, String uri, @Nullable String altText) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(FILE))
                .setSource(source)
                .setUri(uri)
                .setAltText(altText)
                .build();
    }

    private static Properties properties(Path state) {
        Properties properties = StreamsStage.topologyProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "ingest-texts-test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        return properties;
    }
}
