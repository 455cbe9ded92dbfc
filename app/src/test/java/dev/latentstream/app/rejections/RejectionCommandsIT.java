package dev.latentstream.app.rejections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.app.deadletters.DlqCommand;
import dev.latentstream.app.removals.RemoveCommand;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Refused images and dead letters that are listed, shown and replayed by command while ingest runs. */
class RejectionCommandsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SMALL = 6;
    private static final byte[] PAGE = "<html>".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    @AutoClose
    private static final Cluster CLUSTER = Cluster.start();

    @AutoClose
    private static final Meters METERS = new Meters();

    private static KafkaConnection connection;
    private static Path settings;
    private static Policies policies;
    private static Stage ingest;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        connection =
                new KafkaConnection(new KafkaSettings().at(CLUSTER.bootstrapServers(), CLUSTER.schemaRegistryUrl()));
        new TopicSetup(connection).ensure(connection.topics().fixed());
        settings = Files.writeString(
                folder.resolve("pipeline.yaml"),
                "kafka:%n  bootstrap-servers: %s%n  schema-registry-url: %s%n"
                        .formatted(CLUSTER.bootstrapServers(), CLUSTER.schemaRegistryUrl()));
        policies = new Policies(connection, METERS);
        policies.start();
        ingest = IngestStage.create(
                connection, new IngestSettings().withStateDir(folder.resolve("state")), policies, METERS);
        ingest.start();
    }

    @AfterAll
    static void stop() {
        ingest.close();
        policies.close();
    }

    @Test
    void whatAWrongBoundRefusedIsReplayedOnceItIsRight() throws Exception {
        requireSide(500);
        List<byte[]> small = new ArrayList<>();
        for (int i = 0; i < SMALL; i++) {
            small.add(png(SceneRenderer.render(Scenes.scene(5, i), 64, 64)));
        }
        send("drawings", small);
        send("pages", List.of(PAGE));
        await().atMost(PATIENCE).until(() -> ids("images-rejected").size() == SMALL + 1);

        JsonNode listed = json(new RejectionsCommand(), "list", "--json");
        assertThat(listed.path("counts").toString())
                .isEqualTo("[{\"source\":\"drawings\",\"reason\":\"too-small\",\"images\":6},"
                        + "{\"source\":\"pages\",\"reason\":\"unknown-format\",\"images\":1}]");
        assertThat(listed.path("newest")).hasSize(SMALL + 1);
        assertThat(json(new RejectionsCommand(), "list", "--json", "--reason=unknown-format")
                        .path("newest"))
                .hasSize(1);
        assertThat(json(new RejectionsCommand(), "list", "--json", "--since=2999-01-01")
                        .path("newest"))
                .isEmpty();
        assertShown(small.get(0));

        requireSide(32);
        assertThat(counts("--source=drawings", "--dry-run")).isEqualTo("6 refused, 6 in quarantine, 0 sent");
        assertThat(ids("images")).isEmpty();
        assertThat(counts("--source=drawings")).isEqualTo("6 refused, 6 in quarantine, 6 sent");
        await().atMost(PATIENCE).until(() -> ids("images").size() == SMALL);
        assertThat(counts("--source=drawings")).isEqualTo("0 refused, 0 in quarantine, 0 sent");

        assertThat(counts()).isEqualTo("1 refused, 1 in quarantine, 1 sent"); // the page, which stays refused
        byte[] last = png(SceneRenderer.render(Scenes.scene(6, 0), 64, 64));
        send("drawings", List.of(last));
        await().atMost(PATIENCE).until(() -> ids("images").contains(id(last)));
        assertThat(ids("images-rejected")).containsExactly(id(PAGE));
        assertThat(records("images-rejected"))
                .as("six refused, six withdrawn, one page")
                .isEqualTo(2 * SMALL + 1);
        assertThat(records("images")).as("each admitted once").isEqualTo(SMALL + 1);

        run(new RemoveCommand(), id(PAGE), "--reason=opt-out");
        await().atMost(PATIENCE).until(() -> ids("images-quarantine").isEmpty());
        assertThat(counts()).isEqualTo("0 refused, 0 in quarantine, 0 sent");
    }

    @Test
    void deadLettersAreSentToWhereTheyCameFromOnce() throws Exception {
        byte[] bytes = {0, -1, (byte) 0xc3, 0x28};
        long now = System.currentTimeMillis();
        Headers headers =
                new RecordHeaders().add("binary", bytes).add("twice", bytes).add("twice", null);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection.producerProperties("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("images-raw", 1, now, bytes, bytes, headers))
                    .get(); // ingest cannot read it
            ConsumerRecord<byte[], byte[]> failed = new ConsumerRecord<>(
                    "captions", 1, 5, 7L, TimestampType.CREATE_TIME, 4, 4, bytes, bytes, headers, Optional.empty());
            producer.send(new DeadLetters("test").of(failed, new IllegalStateException("no")))
                    .get();
            producer.send(new ProducerRecord<>("captions-dlq", bytes)).get(); // of another program
        }
        await().atMost(PATIENCE).until(() -> records("images-raw-dlq") == 1);

        assertThat(json(new DlqCommand(), "list", "--json").path("counts").toString())
                .isEqualTo(
                        "[{\"topic\":\"captions-dlq\",\"stage\":\"-\",\"error\":\"-\",\"letters\":1,\"replayed\":0},"
                                + "{\"topic\":\"captions-dlq\",\"stage\":\"test\",\"error\":\"java.lang.IllegalStateException\","
                                + "\"letters\":1,\"replayed\":0},"
                                + "{\"topic\":\"images-raw-dlq\",\"stage\":\"ingest\","
                                + "\"error\":\"org.apache.kafka.common.errors.SerializationException\",\"letters\":1,\"replayed\":0}]");
        Path value = folder.resolve("value");
        JsonNode shown = json(new DlqCommand(), "show", "images-raw", "0", "--json", "--to=" + value);
        assertThat(shown.path("from").asText()).startsWith("images-raw-1 offset ");
        assertThat(shown.path("key").asText()).isEqualTo("00ffc328");
        assertThat(shown.path("headers").toString())
                .isEqualTo("[{\"name\":\"binary\",\"value\":\"00ffc328\"},{\"name\":\"twice\",\"value\":\"00ffc328\"},"
                        + "{\"name\":\"twice\",\"value\":null}]");
        assertThat(Files.readAllBytes(value)).isEqualTo(bytes);

        assertThat(json(new DlqCommand(), "replay", "captions", "--json", "--dry-run")
                        .path("would_be_sent")
                        .asInt())
                .isEqualTo(1);
        JsonNode first = json(new DlqCommand(), "replay", "captions", "--json");
        JsonNode second = json(new DlqCommand(), "replay", "captions-dlq", "--json");

        assertThat(first.toString())
                .isEqualTo("{\"sent\":1,\"sent_before\":0,\"written_by_others\":1,\"without_partition\":0}");
        assertThat(second.toString())
                .isEqualTo("{\"sent\":0,\"sent_before\":1,\"written_by_others\":1,\"without_partition\":0}");
        assertCaptions(bytes, headers);
    }

    /** The records of a topic that nobody else writes to. */
    private static void assertCaptions(byte[] bytes, Headers headers) {
        List<ConsumerRecord<byte[], byte[]>> sent = captions();
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).partition()).isEqualTo(1);
        assertThat(sent.get(0).timestamp()).isEqualTo(7);
        assertThat(sent.get(0).key()).isEqualTo(bytes);
        assertThat(sent.get(0).value()).isEqualTo(bytes);
        assertThat(List.of(sent.get(0).headers().toArray()).subList(0, 3)).isEqualTo(List.of(headers.toArray()));
    }

    private static List<ConsumerRecord<byte[], byte[]>> captions() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                connection.readerProperties("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("captions").stream()
                    .map(partition -> new TopicPartition("captions", partition.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThat(run(new RejectionsCommand(), "list", "--reason=ugly")).isEqualTo(2);
        assertThat(run(new RejectionsCommand(), "list", "--since=yesterday")).isEqualTo(2);
        assertThat(run(new RejectionsCommand(), "show", "12")).isEqualTo(2);

        assertThat(err.toString())
                .contains(
                        "reason \"ugly\" is not one of alt-text, aspect-ratio, ",
                        "since \"yesterday\" is no time such as 2026-11-01",
                        "\"12\" is no image id");
    }

    private void assertShown(byte[] image) throws IOException {
        Path thumbnail = folder.resolve("thumbnail.jpg");

        JsonNode shown =
                json(new RejectionsCommand(), "show", id(image).substring(0, 12), "--json", "--to=" + thumbnail);

        assertThat(shown.path("image").asText()).isEqualTo(id(image));
        assertThat(shown.path("reason").asText()).isEqualTo("TOO_SMALL");
        assertThat(shown.path("original").path("format").asText()).isEqualTo("PNG");
        assertThat(shown.path("kept").asText()).startsWith("images-quarantine-");
        assertThat(ImageIO.read(thumbnail.toFile()).getWidth()).isEqualTo(64);
    }

    private String counts(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("replay", "--json"));
        all.addAll(List.of(options));
        JsonNode counts = json(new RejectionsCommand(), all.toArray(String[]::new));
        return "%s refused, %s in quarantine, %s sent"
                .formatted(counts.path("refused"), counts.path("in_quarantine"), counts.path("sent"));
    }

    private static void requireSide(int pixels) throws Exception {
        long version = new PolicyWriter(connection, METERS, Clock.systemUTC())
                .changeFilter(
                        "drawings",
                        policy -> FilterPolicy.newBuilder(policy)
                                .setMinSide(pixels)
                                .build(),
                        "test")
                .getVersion();
        await().atMost(PATIENCE).until(() -> policies.filter("drawings").version() == version);
    }

    private static void send(String source, List<byte[]> files) throws Exception {
        try (Producer<String, RawImage> producer =
                connection.producer(connection.topics().imagesRaw(), "test")) {
            for (byte[] file : files) {
                producer.send(new ProducerRecord<>(
                                connection.topics().imagesRaw().name(),
                                id(file),
                                RawImage.newBuilder()
                                        .setImage(ByteBuffer.wrap(file))
                                        .setSource(source)
                                        .setUri("test")
                                        .build()))
                        .get();
            }
        }
    }

    /** Returns the ids of a topic as compaction would leave it. */
    private static Set<String> ids(String topic) {
        Set<String> ids = new HashSet<>();
        try (TopicReader reader = new TopicReader(connection)) {
            reader.all(topic, record -> {
                boolean unused = record.value() == null ? ids.remove(record.key()) : ids.add(record.key());
            });
        }
        return ids;
    }

    private static long records(String topic) {
        List<String> keys = new ArrayList<>();
        try (TopicReader reader = new TopicReader(connection)) {
            reader.all(topic, record -> keys.add(record.key()));
        }
        return keys.size();
    }

    private JsonNode json(Object command, String... arguments) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(run(command, arguments)).as(err.toString()).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(Object command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config=" + settings);
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static byte[] png(BufferedImage image) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static String id(byte[] file) {
        return ImageId.of(ByteBuffer.wrap(file));
    }
}
