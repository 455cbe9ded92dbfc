package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.TestRegistry;
import dev.latentstream.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaConnectionTest {
    private final KafkaConnection connection = connection(Map.of("group.instance.id", "gpu0"));

    @Test
    void consumersAreStaticMembersThatReadCommittedRecords() {
        assertThat(connection.consumerProperties(connection.claimInstance("captioning")))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("bootstrap.servers", "127.0.0.1:9092"),
                        Map.entry("group.id", "captioning"),
                        Map.entry("group.instance.id", "captioning-gpu0"),
                        Map.entry("group.protocol", "classic"),
                        Map.entry("session.timeout.ms", 6_000),
                        Map.entry("heartbeat.interval.ms", 2_000),
                        Map.entry(
                                "partition.assignment.strategy",
                                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),
                        Map.entry("enable.auto.commit", false),
                        Map.entry("isolation.level", "read_committed"),
                        Map.entry("auto.offset.reset", "earliest"),
                        Map.entry("allow.auto.create.topics", false),
                        Map.entry("max.poll.records", 32),
                        Map.entry("max.partition.fetch.bytes", 16 << 20)));
    }

    @Test
    void producersAreIdempotentAndHaveRoomForImages() {
        assertThat(connection.producerProperties("source-photos"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:9092",
                        "client.id",
                        "source-photos",
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "batch.size",
                        1 << 20,
                        "buffer.memory",
                        64L << 20,
                        "max.request.size",
                        (16 << 20) + (64 << 10),
                        "delivery.timeout.ms",
                        300_000,
                        "max.block.ms",
                        300_000));
    }

    @Test
    void transactionsAreShort() {
        assertThat(connection.transactionalProperties("captioning-gpu0"))
                .containsEntry("transactional.id", "captioning-gpu0")
                .containsEntry("transaction.timeout.ms", 30_000)
                .containsEntry("max.block.ms", 20_000)
                .containsEntry("acks", "all");
    }

    @Test
    void streamsRunExactlyOnceWithNamedInternals() {
        assertThat(connection.streamsProperties(connection.claimInstance("ingest")))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("bootstrap.servers", "127.0.0.1:9092"),
                        Map.entry("application.id", "ingest"),
                        Map.entry("processing.guarantee", "exactly_once_v2"),
                        Map.entry("ensure.explicit.internal.resource.naming", true),
                        Map.entry("topology.optimization", "all"),
                        Map.entry("statestore.cache.max.bytes", 0L),
                        Map.entry("task.timeout.ms", 300_000L),
                        Map.entry("replication.factor", 1),
                        Map.entry("topic.max.message.bytes", 16 << 20),
                        Map.entry("main.consumer.group.instance.id", "ingest-gpu0"),
                        Map.entry("consumer.session.timeout.ms", 6_000),
                        Map.entry("consumer.heartbeat.interval.ms", 2_000),
                        Map.entry("consumer.auto.offset.reset", "earliest"),
                        Map.entry("consumer.max.poll.records", 32),
                        Map.entry("consumer.max.partition.fetch.bytes", 16 << 20),
                        Map.entry("producer.batch.size", 1 << 20),
                        Map.entry("producer.buffer.memory", 64L << 20),
                        Map.entry("producer.max.request.size", (16 << 20) + (64 << 10))));
    }

    /** Streams logs an error about each of these that is set, whatever the value. */
    @Test
    void theConsumersOfStreamsReadCommittedRecordsAndCreateNoTopics() {
        Properties properties = new Properties();
        properties.putAll(connection.streamsProperties(connection.claimInstance("ingest")));

        assertThat(new StreamsConfig(properties).getMainConsumerConfigs("ingest", "ingest-0", 0))
                .hasEntrySatisfying("allow.auto.create.topics", value -> assertThat("" + value)
                        .isEqualTo("false"))
                .hasEntrySatisfying(
                        "enable.auto.commit", value -> assertThat("" + value).isEqualTo("false"))
                .containsEntry("isolation.level", "read_committed");
        assertThat(properties)
                .doesNotContainKeys(
                        "consumer.allow.auto.create.topics",
                        "consumer.enable.auto.commit",
                        "consumer.isolation.level",
                        "consumer.group.protocol");
    }

    @Test
    void kafkaAcceptsTheProperties() {
        assertThat(new ConsumerConfig(with(
                                connection.consumerProperties(connection.claimInstance("g")),
                                Map.of(
                                        "key.deserializer", ByteArrayDeserializer.class,
                                        "value.deserializer", ByteArrayDeserializer.class)))
                        .getInt("session.timeout.ms"))
                .isEqualTo(6_000);
        assertThat(new ProducerConfig(with(
                                connection.transactionalProperties("t"),
                                Map.of(
                                        "key.serializer", ByteArraySerializer.class,
                                        "value.serializer", ByteArraySerializer.class)))
                        .getInt("transaction.timeout.ms"))
                .isEqualTo(30_000);
        assertThat(new StreamsConfig(connection.streamsProperties(connection.claimInstance("s")))
                        .getMainConsumerConfigs("s", "c", 0))
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("enable.auto.commit", "false")
                .containsEntry("group.instance.id", "s-gpu0-0")
                .containsEntry("session.timeout.ms", 6_000);
    }

    @Test
    void passesPropertiesToTheClientsTheyAreFor() {
        KafkaConnection secured = connection(Map.of(
                "group.instance.id", "gpu0",
                "security.protocol", "SASL_SSL",
                "consumer.max.poll.records", "8",
                "producer.compression.type", "zstd",
                "admin.retries", "7",
                "streams.num.standby.replicas", "1",
                "transaction.timeout.ms", "10000"));

        assertThat(secured.consumerProperties(secured.claimInstance("g")))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("max.poll.records", "8")
                .doesNotContainKey("compression.type");
        assertThat(secured.transactionalProperties("t"))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("compression.type", "zstd")
                .containsEntry("transaction.timeout.ms", "10000")
                .doesNotContainKey("retries");
        assertThat(secured.adminProperties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("retries", "7");
        assertThat(secured.streamsProperties(secured.claimInstance("s")))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("consumer.max.poll.records", "8")
                .containsEntry("producer.compression.type", "zstd")
                .containsEntry("num.standby.replicas", "1")
                .doesNotContainKey("streams.num.standby.replicas");
    }

    @Test
    void theNewGroupProtocolDropsPropertiesThatItRefuses() {
        KafkaConnection newer = connection(Map.of("group.protocol", "consumer", "group.instance.id", "gpu0"));
        Map<String, Object> properties = with(
                newer.consumerProperties(newer.claimInstance("g")),
                Map.of(
                        "key.deserializer", ByteArrayDeserializer.class,
                        "value.deserializer", ByteArrayDeserializer.class));

        assertThat(new ConsumerConfig(properties).getString("group.protocol")).isEqualTo("consumer");
    }

    @Test
    void namesTheInstanceAsToldAndElseAfterTheHostWithANumber(@TempDir Path locks) {
        try (Instance named = connection(Map.of("group.instance.id", "a b/c")).claimInstance("ingest");
                Instance numbered = new KafkaConnection(new KafkaSettings(), locks).claimInstance("ingest")) {
            assertThat(named.id()).isEqualTo("ingest-a-b-c");
            assertThat(numbered.id()).matches("ingest-[a-zA-Z0-9._-]+-0");
        }
    }

    @Test
    void prefixesGroupsLikeTopics() {
        KafkaSettings defaults = new KafkaSettings();
        KafkaConnection staging = new KafkaConnection(new KafkaSettings(
                defaults.bootstrapServers(),
                defaults.schemaRegistryUrl(),
                "staging-",
                2,
                (short) 1,
                defaults.serializer(),
                defaults.deserializer(),
                Map.of()));

        assertThat(staging.groupId("ingest")).isEqualTo("staging-ingest");
        assertThat(staging.topics().images().name()).isEqualTo("staging-images");
    }

    @Test
    void valuesSurviveTheSerdesOfTheSettings() {
        try (TestRegistry registry = TestRegistry.start()) {
            KafkaConnection connection = new KafkaConnection(new KafkaSettings().at("127.0.0.1:9092", registry.url()));
            Topic<Removal> removals = connection.topics().removals();
            Removal removal = new Removal("asked by its owner", "ada", Instant.ofEpochMilli(7));

            try (Serde<Removal> serde = connection.serde(removals)) {
                byte[] bytes = serde.serializer().serialize(removals.name(), removal);
                assertThat(bytes).startsWith(0, 0, 0, 0, 1); // Confluent's wire format: 0, then the schema's id
                assertThat(serde.deserializer().deserialize(removals.name(), bytes))
                        .isEqualTo(removal);
                assertThat(serde.serializer().serialize(removals.name(), null)).isNull();
            }
        }
    }

    @Test
    void allClientsWaitForAnAbsentClusterAsLongAsThePatienceSays() {
        KafkaSettings patient =
                new KafkaSettings().with(new FaultSettings(Duration.ofMinutes(7), false, ErrorsTolerance.DATA));
        KafkaConnection waiting = new KafkaConnection(patient);

        assertThat(waiting.producerProperties("source"))
                .containsEntry("delivery.timeout.ms", 420_000)
                .containsEntry("max.block.ms", 420_000);
        assertThat(waiting.readerProperties("trainer")).containsEntry("default.api.timeout.ms", 420_000);
        assertThat(waiting.streamsProperties(Instance.named("ingest", "gpu0")))
                .containsEntry("task.timeout.ms", 420_000L);
        assertThat(waiting.transactionalProperties("captioning"))
                .as("the batch engine itself waits, and can be closed between two attempts")
                .containsEntry("max.block.ms", 20_000)
                .as("Kafka raises its default for longer requests")
                .doesNotContainKey("delivery.timeout.ms");
    }

    @Test
    void aTransactionWaitsForItsRecordsNoLongerThanThePatienceSays() {
        FaultSettings impatient = new FaultSettings(Duration.ofSeconds(45), false, ErrorsTolerance.DATA);

        assertThat(new KafkaConnection(new KafkaSettings().with(impatient)).transactionalProperties("ledger"))
                .containsEntry("delivery.timeout.ms", 45_000);
    }

    @Test
    void aValueOfAnotherTypeIsRefused() {
        try (TestRegistry registry = TestRegistry.start()) {
            KafkaConnection connection = new KafkaConnection(new KafkaSettings().at("127.0.0.1:9092", registry.url()));
            byte[] crop = connection
                    .serializer(new Topic<>("removals", Crop.class, Topic.Retention.DAYS, false, Map.of()))
                    .serialize("removals", new Crop(0, 0, 1, 1));

            try (Deserializer<Removal> removals =
                    connection.deserializer(connection.topics().removals())) {
                assertThatThrownBy(() -> removals.deserialize("removals", crop))
                        .isInstanceOf(SerializationException.class)
                        .hasMessage("topic removals: schema 1 is of dev.latentstream.schemas.Crop, not of Removal");
            }
        }
    }

    @Test
    void aSerdeClassThatIsMissingIsNamed() {
        Topic<Policy> control = connection.topics().control();

        assertThatThrownBy(() -> withSerializer("io.example.Missing").serializer(control))
                .isInstanceOf(SettingsException.class)
                .hasMessage("kafka.serializer: io.example.Missing is not on the class path");
        assertThatThrownBy(() -> withSerializer("java.lang.String").serializer(control))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("kafka.serializer: java.lang.String does not implement org.apache.kafka");
    }

    @Test
    void adminAcceptsItsProperties() {
        assertThat(new AdminClientConfig(connection.adminProperties()).getList("bootstrap.servers"))
                .containsExactly("127.0.0.1:9092");
    }

    private static KafkaConnection withSerializer(String serializer) {
        KafkaSettings defaults = new KafkaSettings();
        return new KafkaConnection(new KafkaSettings(
                "127.0.0.1:9092",
                "http://127.0.0.1:1",
                "",
                1,
                (short) 1,
                serializer,
                defaults.deserializer(),
                Map.of()));
    }

    private static KafkaConnection connection(Map<String, String> properties) {
        KafkaSettings defaults = new KafkaSettings();
        return new KafkaConnection(new KafkaSettings(
                defaults.bootstrapServers(),
                defaults.schemaRegistryUrl(),
                "",
                4,
                (short) 1,
                defaults.serializer(),
                defaults.deserializer(),
                properties));
    }

    private static Map<String, Object> with(Map<String, Object> properties, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putAll(more);
        return all;
    }
}
