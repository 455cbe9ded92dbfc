package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stage meets an image again on which its earlier processes failed. */
class SetAsideTest {
    @TempDir
    private static Path state;

    @AutoClose
    private final Meters meters = new Meters();

    private final IngestSettings settings = new IngestSettings();
    private final DecoderThreads threads = new DecoderThreads(settings.decoding());
    private final IngestSerdes serdes = AvroBinary.ingestSerdes();

    @Test
    void rejectsTheImageAndAdmitsTheNext() {
        byte[] fatal = TestImages.png(TestImages.drawing(96, 96));
        byte[] good = TestImages.png(TestImages.drawing(97, 96));
        String fatalId = ImageId.of(ByteBuffer.wrap(fatal));
        failTwice(fatalId);

        try (TopologyTestDriver driver = driver()) {
            TestInputTopic<String, RawImage> raw = driver.createInputTopic(
                    "test-images-raw",
                    new StringSerializer(),
                    serdes.rawImages().serializer());
            raw.pipeInput("", raw(fatal));
            raw.pipeInput("", raw(good));

            Map<String, Rejection> rejected = driver.createOutputTopic(
                            "test-images-rejected",
                            new StringDeserializer(),
                            serdes.rejections().deserializer())
                    .readKeyValuesToMap();
            assertThat(rejected).containsOnlyKeys(fatalId);
            assertThat(rejected.values()).allSatisfy(rejection -> {
                assertThat(rejection.getReason()).isEqualTo(RejectionReason.CRASHED);
                assertThat(rejection.getValue()).contains("2 failed attempts");
            });
            Map<String, Image> images = driver.createOutputTopic(
                            "test-images",
                            new StringDeserializer(),
                            serdes.images().deserializer())
                    .readKeyValuesToMap();
            assertThat(images).containsOnlyKeys(ImageId.of(ByteBuffer.wrap(good)));
        }
    }

    private void failTwice(String imageId) {
        Attempts earlier = Attempts.open(state.resolve("ingest-test").resolve("attempts"), "0_0", threads);
        Refused slow = new Refused(new Refusal(RejectionReason.TOO_SLOW, "2", "1", "slow"));
        earlier.attempt(imageId, () -> slow);
        earlier.attempt(imageId, () -> slow);
    }

    private TopologyTestDriver driver() {
        IngestTopology topology = new IngestTopology(
                new Topics("test-"),
                serdes,
                () -> new ImageProcessor(settings, threads),
                threads,
                new Judge(
                        source -> new VersionedPolicy<>(0, PolicyRules.builtInFilter()),
                        settings.quarantine(),
                        new PolicyFilter(OptOutLists.none()),
                        meters),
                new StageHeaders(new Random(1)),
                meters,
                new NearDuplicateSettings());
        Properties properties = StreamsStage.topologyProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "ingest-test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        return new TopologyTestDriver(topology.build(), properties);
    }

    private static RawImage raw(byte[] bytes) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(bytes))
                .setSource("photos")
                .setUri("file")
                .build();
    }
}
