package dev.latentstream.ingest;

import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology of ingest in a test driver, with a filter policy that a test can change. */
final class IngestDriver implements AutoCloseable {
    private final IngestSerdes serdes = AvroBinary.ingestSerdes();
    private final Meters meters = new Meters();
    private final TopologyTestDriver driver;
    private final String description;
    private VersionedPolicy<FilterPolicy> policy = policy(1, 32);
    private Runnable afterJudgement = () -> {};

    IngestDriver(Path state, IngestSettings settings) {
        this(state, settings, OptOutLists.none());
    }

    IngestDriver(Path state, IngestSettings settings, OptOutLists optOuts) {
        this(state, settings, optOuts, false);
    }

    /** @param isBeforeScoring whether models score the images */
    IngestDriver(Path state, IngestSettings settings, OptOutLists optOuts, boolean isBeforeScoring) {
        DecoderThreads threads = new DecoderThreads(new DecodingSettings());
        IngestTopology topology = new IngestTopology(
                new Topics(""),
                serdes,
                () -> new ImageProcessor(settings, threads),
                threads,
                new Judge(
                        source -> policy(), settings.quarantine(), new PolicyFilter(optOuts), meters, isBeforeScoring),
                new StageHeaders(new Random(1)),
                meters,
                settings.nearDuplicates());
        Properties properties = StreamsStage.topologyProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "ingest");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        Topology built = topology.build();
        this.description = built.describe().toString();
        this.driver = new TopologyTestDriver(built, properties);
    }

    private VersionedPolicy<FilterPolicy> policy() {
        VersionedPolicy<FilterPolicy> inForce = policy;
        afterJudgement.run();
        return inForce;
    }

    void afterEachJudgement(Runnable action) {
        afterJudgement = action;
    }

    void requireSide(long version, int minSide) {
        policy = policy(version, minSide);
    }

    /** Puts a policy in force with a distance up to which images count as near duplicates. */
    void refuseNear(long version, int distance) {
        policy = policy(version, 32);
        policy.policy().setNearDuplicateDistance(distance);
    }

    void require(long version, AltTextPolicy texts) {
        policy = policy(version, 32);
        policy.policy().setAltText(texts);
    }

    void ignoreOptOuts(long version) {
        policy = policy(version, 32);
        policy.policy().setOptOuts(false);
    }

    double count(Meter meter, String... labels) {
        return meters.value(meter, labels);
    }

    /** Sends a file at a time. */
    void send(byte[] file, Instant time) {
        driver.createInputTopic(
                        "images-raw", new StringSerializer(), serdes.rawImages().serializer())
                .pipeInput("any key", raw(file), time);
    }

    void send(byte[] file) {
        send(raw(file));
    }

    static RawImage raw(byte[] file) {
        return RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(file))
                .setSource("photos")
                .setUri("file")
                .build();
    }

    void send(RawImage raw) {
        TestInputTopic<String, RawImage> topic = driver.createInputTopic(
                "images-raw", new StringSerializer(), serdes.rawImages().serializer());
        topic.pipeInput("any key", raw);
    }

    void undoRemoval(byte[] file) {
        driver.createInputTopic(
                        "removals", new StringSerializer(), serdes.removals().serializer())
                .pipeInput(id(file), (Removal) null);
    }

    void remove(byte[] file) {
        driver.createInputTopic(
                        "removals", new StringSerializer(), serdes.removals().serializer())
                .pipeInput(id(file), new Removal("opt-out", "ada", Instant.EPOCH));
    }

    TestOutputTopic<String, Image> images() {
        return output("images", serdes.images());
    }

    TestOutputTopic<String, Rejection> rejections() {
        return output("images-rejected", serdes.rejections());
    }

    TestOutputTopic<String, RawImage> quarantine() {
        return output("images-quarantine", serdes.rawImages());
    }

    /** The images that models have to score. */
    TestOutputTopic<String, Candidate> unscored() {
        return output("images-unscored", serdes.candidates());
    }

    /** Sends an image that models have scored. */
    void sendScored(String key, Candidate candidate, Headers headers) {
        driver.createInputTopic(
                        "images-scored",
                        new StringSerializer(),
                        serdes.candidates().serializer())
                .pipeInput(new TestRecord<>(key, candidate, headers));
    }

    String description() {
        return description;
    }

    static String id(byte[] file) {
        return ImageId.of(ByteBuffer.wrap(file));
    }

    @Override
    public void close() {
        driver.close();
        meters.close();
    }

    private <V> TestOutputTopic<String, V> output(String topic, Serde<V> serde) {
        return driver.createOutputTopic(topic, new StringDeserializer(), serde.deserializer());
    }

    private static VersionedPolicy<FilterPolicy> policy(long version, int minSide) {
        return new VersionedPolicy<>(
                version,
                FilterPolicy.newBuilder()
                        .setMinSide(minSide)
                        .setMaxAspectRatio(3)
                        .build());
    }
}
