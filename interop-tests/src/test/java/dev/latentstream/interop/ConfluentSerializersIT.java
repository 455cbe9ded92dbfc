package dev.latentstream.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.AvroDeserializer;
import dev.latentstream.schemas.AvroSerializer;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Confluent's serializers, version 7.9.5, and ours, on the topics of the pipeline. */
class ConfluentSerializersIT {
    private static final Topics TOPICS = new Topics("");

    @AutoClose
    private static Cluster cluster;

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(TOPICS.imagesRaw(), Records.rawImage()),
                Arguments.of(TOPICS.latents("photos"), Records.latent()),
                Arguments.of(TOPICS.control(), Records.policy()));
    }

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
        new TopicSetup(connection(KafkaAvroSerializer.class, KafkaAvroDeserializer.class))
                .ensure(List.of(TOPICS.imagesRaw(), TOPICS.latents("photos"), TOPICS.control()));
    }

    /** The settings that select these classes by name. */
    private static KafkaConnection connection(
            Class<? extends Serializer<?>> serializer, Class<? extends Deserializer<?>> deserializer) {
        return new KafkaConnection(new KafkaSettings(
                cluster.bootstrapServers(),
                cluster.schemaRegistryUrl(),
                "",
                1,
                (short) 1,
                serializer.getName(),
                deserializer.getName(),
                Map.of()));
    }

    private static Map<String, Object> serdeProperties() {
        return Map.of("schema.registry.url", cluster.schemaRegistryUrl(), "specific.avro.reader", true);
    }

    @ParameterizedTest
    @MethodSource("records")
    <V extends SpecificRecord> void confluentsDeserializerReadsWhatOursWrote(Topic<V> topic, V value) {
        RecordMetadata written = write(connection(AvroSerializer.class, KafkaAvroDeserializer.class), topic, value);

        V read = read(connection(AvroSerializer.class, KafkaAvroDeserializer.class), topic, written);

        assertThat(read).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("records")
    <V extends SpecificRecord> void oursReadsWhatConfluentsSerializerWrote(Topic<V> topic, V value) {
        RecordMetadata written = write(connection(KafkaAvroSerializer.class, AvroDeserializer.class), topic, value);

        V read = read(connection(KafkaAvroSerializer.class, AvroDeserializer.class), topic, written);

        assertThat(read).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("records")
    <V extends SpecificRecord> void bothWriteTheSameBytes(Topic<V> topic, V value) {
        try (AvroSerializer ours = new AvroSerializer();
                KafkaAvroSerializer confluents = new KafkaAvroSerializer()) {
            ours.configure(serdeProperties(), false);
            confluents.configure(serdeProperties(), false);

            assertThat(ours.serialize(topic.name(), value)).isEqualTo(confluents.serialize(topic.name(), value));
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    <V extends SpecificRecord> void bothReadTheSameGenericRecord(Topic<V> topic, V value) {
        Map<String, Object> properties = Map.of("schema.registry.url", cluster.schemaRegistryUrl());
        try (AvroSerializer writer = new AvroSerializer();
                AvroDeserializer ours = new AvroDeserializer();
                KafkaAvroDeserializer confluents = new KafkaAvroDeserializer()) {
            writer.configure(properties, false);
            ours.configure(properties, false);
            confluents.configure(properties, false);
            byte[] bytes = writer.serialize(topic.name(), value);

            Object read = ours.deserialize(topic.name(), bytes);

            assertThat(read).isInstanceOf(GenericRecord.class).isEqualTo(confluents.deserialize(topic.name(), bytes));
        }
    }

    @Test
    void kafkasClientsInstantiateEitherClassByName() throws Exception {
        Topic<RawImage> topic = TOPICS.imagesRaw();
        for (Class<?> serializer : List.of(KafkaAvroSerializer.class, AvroSerializer.class)) {
            for (Class<?> deserializer : List.of(KafkaAvroDeserializer.class, AvroDeserializer.class)) {
                RecordMetadata written;
                try (Producer<String, Object> producer = new KafkaProducer<>(plainProperties(Map.of(
                        "key.serializer", StringSerializer.class.getName(),
                        "value.serializer", serializer.getName())))) {
                    written = producer.send(new ProducerRecord<>(topic.name(), "k", Records.rawImage()))
                            .get();
                }
                try (Consumer<String, Object> consumer = new KafkaConsumer<>(plainProperties(Map.of(
                        "key.deserializer", StringDeserializer.class.getName(),
                        "value.deserializer", deserializer.getName())))) {
                    assertThat(next(consumer, written)).isEqualTo(Records.rawImage());
                }
            }
        }
    }

    private static Map<String, Object> plainProperties(Map<String, Object> classes) {
        Map<String, Object> properties = new HashMap<>(serdeProperties());
        properties.put("bootstrap.servers", cluster.bootstrapServers());
        properties.putAll(classes);
        return properties;
    }

    @Test
    void theClientUnderThemIsOurVersionOfKafka() {
        assertThat(AppInfoParser.getVersion()).startsWith("4.");
    }

    private static <V extends SpecificRecord> RecordMetadata write(
            KafkaConnection connection, Topic<V> topic, V value) {
        try (Producer<String, V> producer = connection.producer(topic, "writer")) {
            return producer.send(new ProducerRecord<>(topic.name(), "k", value)).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static <V extends SpecificRecord> V read(
            KafkaConnection connection, Topic<V> topic, RecordMetadata written) {
        try (Consumer<String, V> consumer = connection.reader(topic, "reader")) {
            return next(consumer, written);
        }
    }

    /** Reads the record that was written to the topic. */
    private static <V> V next(Consumer<String, V> consumer, RecordMetadata written) {
        TopicPartition partition = new TopicPartition(written.topic(), written.partition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, written.offset());
        return await().pollInSameThread()
                .atMost(Duration.ofSeconds(30))
                .until(() -> first(consumer), Optional::isPresent)
                .orElseThrow();
    }

    private static <V> Optional<V> first(Consumer<String, V> consumer) {
        for (ConsumerRecord<String, V> message : consumer.poll(Duration.ofMillis(200))) {
            return Optional.of(message.value());
        }
        return Optional.empty();
    }
}
