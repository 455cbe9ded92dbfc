package dev.latentstream.app.testing;

import static org.awaitility.Awaitility.await;

import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Single stages on a test's cluster under a topic prefix of their own, and a client that writes what no stage would write. */
public final class StageFixture implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(90);
    public static final int PARTITIONS = 4;

    public final KafkaConnection connection;
    public final Topics topics;
    public final Meters meters = new Meters();
    public final CommittedLog log;
    private final Path state;
    private final KafkaProducer<byte[], byte[]> client;

    public StageFixture(Cluster cluster, String prefix, Path state) {
        this(cluster, settings(cluster, prefix), state);
    }

    public StageFixture(Cluster cluster, KafkaSettings settings, Path state) {
        this.connection = new KafkaConnection(settings);
        this.topics = connection.topics();
        this.log = new CommittedLog(cluster, connection);
        this.state = state;
        this.client = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        new TopicSetup(connection).ensure(topics.fixed());
    }

    public static KafkaSettings settings(Cluster cluster, String prefix) {
        KafkaSettings defaults = new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl());
        return new KafkaSettings(
                defaults.bootstrapServers(),
                defaults.schemaRegistryUrl(),
                prefix,
                PARTITIONS,
                defaults.replicationFactor(),
                defaults.serializer(),
                defaults.deserializer(),
                defaults.properties());
    }

    public Stage ingest() {
        return IngestStage.create(
                connection, new IngestSettings().withStreams(streams(state, 50)), Policies.fixed(Map.of()), meters);
    }

    /**
     * Creates the stage that joins captions and encodings.
     *
     * @param stateDir folder below the fixture's state; another one makes the stage restore its tables
     */
    public Stage join(String stateDir) {
        EncoderSettings defaults = new EncoderSettings();
        return EncoderStages.join(
                connection,
                new EncoderSettings(null, 64, defaults.batch(), streams(state.resolve(stateDir), 50), defaults.type()),
                meters);
    }

    private static StreamsSettings streams(Path folder, int failuresInARow) {
        return new StreamsSettings(folder, 1, Duration.ofMillis(100), failuresInARow, Duration.ofSeconds(30));
    }

    public void createLatents(String source) {
        new TopicSetup(connection).ensure(List.of(topics.latents(source)));
    }

    /** Writes as any client can. */
    public void write(Topic<?> topic, @Nullable Integer partition, byte @Nullable [] key, byte @Nullable [] value) {
        Future<RecordMetadata> unused = client.send(new ProducerRecord<>(topic.name(), partition, key, value));
    }

    /** Writes values as no stage does. */
    public void writeForeign(Topic<?> topic, int count, String keys) {
        for (int i = 0; i < count; i++) {
            write(topic, 0, bytes(keys + i), bytes("{\"url\": \"http://example.org/%d.jpg\"}".formatted(i)));
        }
        client.flush();
    }

    public <V extends SpecificRecord> void write(Topic<V> topic, String key, V value) {
        write(topic, null, key, value);
    }

    public <V extends SpecificRecord> void write(Topic<V> topic, @Nullable Integer partition, String key, V value) {
        try (Serializer<V> serializer = connection.serializer(topic)) {
            client.send(new ProducerRecord<>(
                            topic.name(), partition, bytes(key), serializer.serialize(topic.name(), value)))
                    .get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    public List<String> keys(Topic<?> topic) {
        return log.keys(topic.name());
    }

    public void awaitLatents(Topic<Latent> topic, int count) {
        await().atMost(PATIENCE).until(() -> keys(topic).size() >= count);
    }

    public static Captions captions(String source, String text) {
        return Captions.newBuilder()
                .setCaptions(List.of(Caption.newBuilder()
                        .setText(text)
                        .setKind(CaptionKind.ALT)
                        .build()))
                .setSource(source)
                .build();
    }

    public static Encoding encoding(String source) {
        return Encoding.newBuilder()
                .setMean(ByteBuffer.wrap(new byte[8]))
                .setType(TensorType.FLOAT16)
                .setShape(List.of(1, 2, 2))
                .setCrop(new Crop(0, 0, 4, 4))
                .setBucket("4x4")
                .setEncoderId("vae")
                .setSource(source)
                .build();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
        meters.close();
    }
}
