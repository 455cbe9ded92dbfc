package dev.latentstream.runtime.streams;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static dev.latentstream.runtime.batch.FakeCluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.runtime.kafka.FaultSettings;
import dev.latentstream.runtime.kafka.Instance;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.TestRegistry;
import dev.latentstream.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TopologyException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsStageTest {
    private static final Topic<Removal> IN = new Topic<>("in", Removal.class, Topic.Retention.DAYS, false, Map.of());
    private static final Topic<Removal> OUT = new Topic<>("out", Removal.class, Topic.Retention.DAYS, false, Map.of());

    @TempDir
    private Path folder;

    private final TestRegistry registry = TestRegistry.start();
    private final KafkaConnection connection =
            new KafkaConnection(new KafkaSettings().at("127.0.0.1:9092", registry.url()));
    private final Instance instance = Instance.named("ingest", "gpu0");
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        registry.close();
        meters.close();
    }

    @Test
    void makesDeadLettersOfBadRecordsAndContinues() {
        try (TopologyTestDriver driver = driver(direct(), 9)) {
            TestInputTopic<byte[], byte[]> in = in(driver);
            TestOutputTopic<byte[], byte[]> letters = letters(driver);

            in.pipeInput(bytes("a"), new byte[] {'{', 0, 0, 0, 99});
            in.pipeInput(new TestRecord<>(bytes("b"), removal("poison")));
            in.pipeInput(bytes("c"), removal("fine"));

            TestRecord<byte[], byte[]> undecodable = letters.readRecord();
            assertThat(undecodable.getKey()).isEqualTo(bytes("a"));
            assertThat(undecodable.getValue()).isEqualTo(new byte[] {'{', 0, 0, 0, 99});
            assertThat(header(undecodable, DeadLetters.OFFSET)).isEqualTo("0");
            TestRecord<byte[], byte[]> poison = letters.readRecord();
            assertThat(poison.getKey()).isEqualTo(bytes("b"));
            assertThat(poison.getValue()).isEqualTo(removal("poison"));
            assertThat(header(poison, DeadLetters.EXCEPTION)).isEqualTo("java.lang.IllegalStateException");
            assertThat(header(poison, DeadLetters.TOPIC)).isEqualTo("in");
            assertThat(header(poison, DeadLetters.STAGE)).isEqualTo("ingest");
            assertThat(letters.isEmpty()).isTrue();
            assertThat(out(driver).readKeyValuesToList()).hasSize(1);
            assertThat(meters.value(Meter.DLQ, "ingest", "failed")).isEqualTo(1);
        }
    }

    @Test
    void aRecordFromAnInternalTopicGoesToTheDeadLettersOfTheMainInput() {
        StreamsBuilder builder = StreamsStage.newBuilder();
        builder.stream(
                        IN.name(),
                        Consumed.with(Serdes.String(), connection.serde(IN)).withName("read"))
                .selectKey((key, value) -> value.getAuthor(), Named.as("by-author"))
                .repartition(Repartitioned.<String, Removal>as("author")
                        .withValueSerde(connection.serde(IN))
                        .withKeySerde(Serdes.String()))
                .mapValues(StreamsStageTest::refusePoison, Named.as("refuse"))
                .to(
                        OUT.name(),
                        Produced.with(Serdes.String(), connection.serde(OUT)).withName("write"));

        try (TopologyTestDriver driver = driver(build(builder), 9)) {
            in(driver).pipeInput(bytes("b"), removal("poison"));

            TestRecord<byte[], byte[]> letter = letters(driver).readRecord();
            assertThat(letter.getKey()).isEqualTo(bytes("ada"));
            assertThat(header(letter, DeadLetters.TOPIC)).isEqualTo("ingest-author-repartition");
        }
    }

    @Test
    void stopsOnAnInfrastructureFailure() {
        try (TopologyTestDriver driver = driver(direct(), 9)) {
            assertThatThrownBy(() -> in(driver).pipeInput(bytes("b"), removal("world")))
                    .hasRootCauseInstanceOf(InfrastructureException.class);
            assertThat(letters(driver).isEmpty()).isTrue();
        }
    }

    @Test
    void stopsAfterTooManyConsecutiveFailuresWithAllOfThemSetAside() {
        StreamsStage stage = stage(direct(), 3);
        try (TopologyTestDriver driver = driver(direct(), stage)) {
            in(driver).pipeInput(bytes("a"), removal("poison"));
            in(driver).pipeInput(bytes("b"), removal("poison"));
            assertThat(stage.failure()).isEmpty();

            in(driver).pipeInput(bytes("c"), removal("poison"));

            assertThat(stage.failure().orElseThrow())
                    .hasMessage("too many records in a row failed alike (illegal state), the last at in-0 offset 2:"
                            + " cannot take poison");
            assertThat(letters(driver).readRecordsToList()).hasSize(3);
        }
    }

    @Test
    void underNoToleranceTheFirstBadRecordStopsTheStageUncommitted() {
        try (TopologyTestDriver driver = driver(direct(), stage(direct(), 3, ErrorsTolerance.NONE))) {
            assertThatThrownBy(() -> in(driver).pipeInput(bytes("a"), bytes("{\"url\": 1}")))
                    .hasRootCauseInstanceOf(SerializationException.class)
                    .hasStackTraceContaining("in-0 offset 0 failed, and errors-tolerance is none");
            assertThat(letters(driver).isEmpty()).isTrue();
        }
    }

    @Test
    void underFullToleranceNoNumberOfFailuresStopsTheStage() {
        StreamsStage stage = stage(direct(), 3, ErrorsTolerance.ALL);
        try (TopologyTestDriver driver = driver(direct(), stage)) {
            for (int i = 0; i < 30; i++) {
                in(driver).pipeInput(bytes("a" + i), removal("poison"));
            }

            assertThat(letters(driver).readRecordsToList()).hasSize(30);
            assertThat(stage.failure()).isEmpty();
        }
    }

    @Test
    void recordsThatCannotBeDecodedAreSetAsideForAsLongAsTheyLast() {
        StreamsStage stage = stage(direct(), 3);
        try (TopologyTestDriver driver = driver(direct(), stage)) {
            for (int i = 0; i < 300; i++) {
                in(driver).pipeInput(bytes("a" + i), bytes("{\"url\": \"http://example.org\"}"));
            }
            in(driver).pipeInput(bytes("b"), removal("fine"));

            assertThat(letters(driver).readRecordsToList()).hasSize(300);
            assertThat(out(driver).readKeyValuesToList()).hasSize(1);
            assertThat(stage.failure()).isEmpty();
            assertThat(meters.value(Meter.DLQ, "ingest", "undecodable")).isEqualTo(300);
        }
    }

    @Test
    void aSchemaThatTheRegistryDoesNotKnowStopsTheStageAndSetsNothingAside() {
        byte[] unknown = removal("fine");
        unknown[4] = 99;
        try (TopologyTestDriver driver = driver(direct(), 9)) {
            assertThatThrownBy(() -> in(driver).pipeInput(bytes("b"), unknown))
                    .hasStackTraceContaining("in-0 offset 0 failed: topic in: ")
                    .hasStackTraceContaining("Schema 99 not found");
            assertThat(letters(driver).isEmpty()).isTrue();
        }
    }

    @Test
    void aStageHasCountersOfDeadLettersBeforeTheFirstOne() {
        assertThat(stage(direct(), 9).properties(instance)).isNotEmpty();

        assertThat(meters.scrape()).contains("latentstream_dlq_total{reason=\"undecodable\",stage=\"ingest\"} 0.0");
    }

    @Test
    void refusesUnnamedInternals() {
        StreamsBuilder builder = StreamsStage.newBuilder();
        builder.stream(IN.name(), Consumed.with(Serdes.String(), connection.serde(IN)))
                .selectKey((key, value) -> value.getAuthor())
                .groupByKey()
                .count();

        assertThatThrownBy(() -> build(builder))
                .isInstanceOf(TopologyException.class)
                .hasMessageContaining("name");
    }

    @Test
    void tablesUseTheirSourceTopicsAsChangelogs() {
        StreamsBuilder builder = StreamsStage.newBuilder();
        builder.table(
                IN.name(),
                Consumed.with(Serdes.String(), connection.serde(IN)).withName("read"),
                Materialized.as("removals"));

        try (TopologyTestDriver driver = driver(build(builder), 9)) {
            in(driver).pipeInput(bytes("a"), removal("fine"));
            assertThat(driver.producedTopicNames()).isEmpty();
        }
    }

    @Test
    void runsWithTheRequiredProperties() {
        assertThat(stage(direct(), 9).properties(instance))
                .containsEntry(StreamsConfig.APPLICATION_ID_CONFIG, "ingest")
                .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2)
                .containsEntry(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true)
                .containsEntry(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, "in-dlq")
                .containsEntry(
                        StreamsConfig.STATE_DIR_CONFIG, folder.resolve("gpu0").toString())
                .containsEntry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2)
                .containsEntry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100L);
    }

    @Test
    void aFailureIsVisibleAndNoThreadIsReplaced() {
        StreamsStage stage = stage(direct(), 9);
        IllegalStateException broken = new IllegalStateException("broken");

        assertThat(stage.failure()).isEmpty();
        assertThat(stage.fail(broken)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        assertThat(stage.failure()).contains(broken);
    }

    /** The exceptions of a producer whose process stood still for longer than {@code transaction.timeout.ms}. */
    @Test
    void aThreadWhoseTransactionExpiredIsReplaced() {
        StreamsStage stage = stage(direct(), 9);

        assertThat(List.of(
                        new InvalidTxnStateException("expired"),
                        new InvalidProducerEpochException("expired"),
                        new ProducerFencedException("expired")))
                .extracting(cause -> stage.fail(new StreamsException("commit", cause)))
                .containsOnly(StreamThreadExceptionResponse.REPLACE_THREAD);
        assertThat(stage.failure()).isEmpty();
    }

    private Topology direct() {
        StreamsBuilder builder = StreamsStage.newBuilder();
        builder.stream(
                        IN.name(),
                        Consumed.with(Serdes.String(), connection.serde(IN)).withName("read"))
                .mapValues(StreamsStageTest::refusePoison, Named.as("refuse"))
                .to(
                        OUT.name(),
                        Produced.with(Serdes.String(), connection.serde(OUT)).withName("write"));
        return build(builder);
    }

    private static Removal refusePoison(Removal removal) {
        return switch (removal.getReason()) {
            case "poison" -> throw new IllegalStateException("cannot take poison");
            case "world" -> throw new InfrastructureException("no device");
            default -> removal;
        };
    }

    private static Topology build(StreamsBuilder builder) {
        return builder.build(StreamsStage.topologyProperties());
    }

    private StreamsStage stage(Topology topology, int failuresInARow, ErrorsTolerance tolerance) {
        FaultSettings faults = new FaultSettings(Duration.ofMinutes(5), false, tolerance);
        KafkaConnection tolerant = new KafkaConnection(connection.settings().with(faults));
        StreamsSettings settings =
                new StreamsSettings(folder, 2, Duration.ofMillis(100), failuresInARow, Duration.ofSeconds(5));
        return new StreamsStage(tolerant, "ingest", topology, IN, settings, meters);
    }

    private StreamsStage stage(Topology topology, int failuresInARow) {
        StreamsSettings settings =
                new StreamsSettings(folder, 2, Duration.ofMillis(100), failuresInARow, Duration.ofSeconds(5));
        return new StreamsStage(connection, "ingest", topology, IN, settings, meters);
    }

    private TopologyTestDriver driver(Topology topology, int failuresInARow) {
        return driver(topology, stage(topology, failuresInARow));
    }

    private TopologyTestDriver driver(Topology topology, StreamsStage stage) {
        Properties properties = new Properties();
        properties.putAll(stage.properties(instance));
        // The driver drops records sent before a record is processed, unless they are sent without a transaction.
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        return new TopologyTestDriver(topology, properties, Instant.EPOCH);
    }

    private byte[] removal(String reason) {
        return connection.serializer(IN).serialize("in", new Removal(reason, "ada", Instant.EPOCH));
    }

    private static TestInputTopic<byte[], byte[]> in(TopologyTestDriver driver) {
        return driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static TestOutputTopic<byte[], byte[]> out(TopologyTestDriver driver) {
        return driver.createOutputTopic("out", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static TestOutputTopic<byte[], byte[]> letters(TopologyTestDriver driver) {
        return driver.createOutputTopic("in-dlq", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return text(record.headers().lastHeader(name).value());
    }
}
