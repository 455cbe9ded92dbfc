package dev.latentstream.app.rejections;

import static dev.latentstream.app.testing.Commands.withoutTimes;
import static dev.latentstream.app.testing.StartedStages.PATIENCE;
import static dev.latentstream.app.testing.StartedStages.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.app.testing.StartedStages;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refused images and dead letters that are listed, shown and replayed by command while ingest runs. */
class RejectionCommandsIT {
    private static final int SMALL = 6;
    private static final byte[] PAGE = "<html>".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;

    @AutoClose
    private static StartedStages stages;

    @BeforeAll
    static void start() throws Exception {
        stages = StartedStages.start(folder, pipeline -> List.of(pipeline.ingest()));
    }

    @Test
    void whatAWrongBoundRefusedIsReplayedOnceItIsRight() throws Exception {
        requireSide(500);
        byte[][] small = new byte[SMALL][];
        for (int i = 0; i < SMALL; i++) {
            small[i] = scene(5, i);
        }
        stages.send("drawings", small);
        stages.send("pages", PAGE);
        await().atMost(PATIENCE)
                .until(() -> stages.ids(stages.topics.imagesRejected()).size() == SMALL + 1);

        JsonNode listed = stages.commands.json("rejections", "list");
        assertThat(listed.path("counts").toString())
                .isEqualTo("[{\"source\":\"drawings\",\"reason\":\"too-small\",\"images\":6},"
                        + "{\"source\":\"pages\",\"reason\":\"unknown-format\",\"images\":1}]");
        assertThat(listed.path("newest")).hasSize(SMALL + 1);
        assertThat(stages.commands
                        .json("rejections", "list", "--reason=unknown-format")
                        .path("newest"))
                .hasSize(1);
        assertThat(stages.commands
                        .json("rejections", "list", "--since=2999-01-01")
                        .path("newest"))
                .isEmpty();
        assertShown(small[0]);

        requireSide(32);
        assertThat(counts("--source=drawings", "--dry-run")).isEqualTo("6 refused, 6 in quarantine, 0 sent");
        assertThat(stages.ids(stages.topics.images())).isEmpty();
        assertThat(counts("--source=drawings")).isEqualTo("6 refused, 6 in quarantine, 6 sent");
        await().atMost(PATIENCE).until(() -> stages.ids(stages.topics.images()).size() == SMALL);
        assertThat(counts("--source=drawings")).isEqualTo("0 refused, 0 in quarantine, 0 sent");

        assertThat(counts()).isEqualTo("1 refused, 1 in quarantine, 1 sent"); // the page, which stays refused
        byte[] last = scene(6, 0);
        stages.send("drawings", last);
        await().atMost(PATIENCE).until(() -> stages.ids(stages.topics.images()).contains(id(last)));
        assertThat(stages.ids(stages.topics.imagesRejected())).containsExactly(id(PAGE));
        assertThat(stages.log.keys("images-rejected").size())
                .as("six refused, six withdrawn, one page")
                .isEqualTo(2 * SMALL + 1);
        assertThat(stages.log.keys("images").size()).as("each admitted once").isEqualTo(SMALL + 1);

        stages.commands.output("remove", id(PAGE), "--reason=opt-out");
        await().atMost(PATIENCE)
                .until(() -> stages.ids(stages.topics.imagesQuarantine()).isEmpty());
        assertThat(counts()).isEqualTo("0 refused, 0 in quarantine, 0 sent");
    }

    @Test
    void deadLettersAreSentToWhereTheyCameFromOnce() throws Exception {
        byte[] bytes = {0, -1, (byte) 0xc3, 0x28};
        long now = System.currentTimeMillis();
        Headers headers =
                new RecordHeaders().add("binary", bytes).add("twice", bytes).add("twice", null);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                stages.connection.producerProperties("test"), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("images-raw", 1, now, bytes, bytes, headers))
                    .get(); // ingest cannot read it
            ConsumerRecord<byte[], byte[]> failed = new ConsumerRecord<>(
                    "captions", 1, 5, 7L, TimestampType.CREATE_TIME, 4, 4, bytes, bytes, headers, Optional.empty());
            producer.send(new DeadLetters("test").of(failed, new IllegalStateException("no")))
                    .get();
            producer.send(new ProducerRecord<>("captions-dlq", bytes)).get(); // of another program
        }
        await().atMost(PATIENCE).until(() -> stages.log.keys("images-raw-dlq").size() == 1);

        assertThat(stages.commands.json("dlq", "list").path("counts").toString())
                .isEqualTo(
                        "[{\"topic\":\"captions-dlq\",\"stage\":\"-\",\"error\":\"-\",\"letters\":1,\"replayed\":0},"
                                + "{\"topic\":\"captions-dlq\",\"stage\":\"test\",\"error\":\"java.lang.IllegalStateException\","
                                + "\"letters\":1,\"replayed\":0},"
                                + "{\"topic\":\"images-raw-dlq\",\"stage\":\"ingest\","
                                + "\"error\":\"org.apache.kafka.common.errors.SerializationException\",\"letters\":1,\"replayed\":0}]");
        Path value = folder.resolve("value");
        JsonNode shown = stages.commands.json("dlq", "show", "images-raw", "0", "--to=" + value);
        assertThat(shown.path("from").asText()).startsWith("images-raw-1 offset ");
        assertThat(shown.path("key").asText()).isEqualTo("00ffc328");
        assertThat(shown.path("headers").toString())
                .isEqualTo("[{\"name\":\"binary\",\"value\":\"00ffc328\"},{\"name\":\"twice\",\"value\":\"00ffc328\"},"
                        + "{\"name\":\"twice\",\"value\":null}]");
        assertThat(Files.readAllBytes(value)).isEqualTo(bytes);

        assertPrinted();
        assertAMisspeltStageIsWarnedOf();

        assertThat(stages.commands
                        .json("dlq", "replay", "captions", "--dry-run")
                        .path("would_be_sent")
                        .asInt())
                .isEqualTo(1);
        JsonNode first = stages.commands.json("dlq", "replay", "captions");
        JsonNode second = stages.commands.json("dlq", "replay", "captions-dlq");

        assertThat(first.toString())
                .isEqualTo("{\"sent\":1,\"sent_before\":0,\"written_by_others\":1,\"without_partition\":0}");
        assertThat(second.toString())
                .isEqualTo("{\"sent\":0,\"sent_before\":1,\"written_by_others\":1,\"without_partition\":0}");
        assertCaptions(bytes, headers);
    }

    private static void assertAMisspeltStageIsWarnedOf() {
        for (String command : List.of("list", "replay")) {
            Commands.Result none = stages.commands.run("dlq", command, "captions", "--stage=tests");
            assertThat(none.exitCode()).isZero();
            assertThat(none.err()).isEqualTo("warning: no letter of stage \"tests\"; there are those of -, test\n");
        }
    }

    private static void assertPrinted() {
        assertThat(withoutTimes(stages.commands.output("dlq", "list", "captions")))
                .isEqualToNormalizingNewlines("""
                        topic         stage                            error  letters  replayed
                        captions-dlq      -                                -        1         0
                        captions-dlq   test  java.lang.IllegalStateException        1         0

                        captions-dlq-0 offset 0  TIME  test  java.lang.IllegalStateException: no
                        captions-dlq-0 offset 1  TIME  -  -: written by another program
                        """);
        assertThat(withoutTimes(stages.commands.output("dlq", "show", "captions", "0")))
                .contains(
                        "letter      captions-dlq-0 offset 0%n".formatted(),
                        "from        captions-1 offset 5%n".formatted(),
                        "error       java.lang.IllegalStateException%n".formatted(),
                        "value       4 bytes%n".formatted());
        assertThat(failure(stages.commands, "dlq", "show", "captions", "9"))
                .isEqualTo("captions-dlq-0 has no record at offset 9");
        assertThat(failure(stages.commands, "dlq", "list", "latents-none"))
                .startsWith("topic latents-none-dlq does not exist; there are captions-dlq, ");
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
                stages.connection.readerProperties("test"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
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
    void rejectionsAreShownToAPerson() throws Exception {
        Commands commands = Commands.on(stages.cluster, folder, "shown-");
        String first = "aaaaaaa1" + "0".repeat(56);
        String second = "aaaaaaa2" + "0".repeat(56);
        assertThat(commands.output("rejections", "list"))
                .isEqualToNormalizingNewlines("source  reason  images\nall                  0\n");
        write("shown-", first);
        write("shown-", second);
        String unknown = "warning: no refused image of source \"page\"; there are those of pages\n";
        assertThat(commands.run("rejections", "list", "--source=page").err()).isEqualTo(unknown);
        assertThat(commands.run("rejections", "replay", "--source=page", "--dry-run")
                        .err())
                .isEqualTo(unknown);
        assertThat(commands.run("refilter", "--source=page", "--dry-run").err())
                .isEqualTo("warning: no image of source \"page\"; there are those of pages\n");
        assertThat(commands.run("rejections", "list", "--source=pages").err()).isEmpty();

        assertThat(withoutTimes(commands.output("rejections", "list", "--max=1")))
                .isEqualToNormalizingNewlines("""
                source     reason  images
                pages   too-small       2
                all                     2

                %s  TIME  pages  too-small  48 (bound 64)  test
                """.formatted(second));
        assertThat(withoutTimes(commands.output("rejections", "show", "aaaaaaa1")))
                .startsWith("image      %s%ntime       TIME%n".formatted(first))
                .contains("kept       nowhere");
        assertThat(failure(commands, "rejections", "show", "aaaaaa"))
                .isEqualTo("several refused images have ids that start with aaaaaa: give more digits");
        assertThat(failure(commands, "rejections", "show", "bbbbbb"))
                .isEqualTo(
                        "no refused image has the id bbbbbb: it was admitted, removed, never sent, or its rejection expired");
        assertThat(failure(commands, "rejections", "show", second, "--to=" + folder.resolve("none.jpg")))
                .isEqualTo("the rejection of %s has no thumbnail: nothing of it was decoded".formatted(second));
    }

    private static String failure(Commands commands, String... arguments) {
        Commands.Result result = commands.run(arguments);
        assertThat(result.exitCode()).isEqualTo(1);
        return result.err().strip().replaceFirst("^latentstream: ", "");
    }

    private static void write(String prefix, String imageId) throws Exception {
        KafkaConnection connection = new KafkaConnection(StageFixture.settings(stages.cluster, prefix));
        Topic<Rejection> topic = connection.topics().imagesRejected();
        try (Producer<String, Rejection> producer = connection.producer(topic, "test")) {
            Rejection rejection = Rejection.newBuilder()
                    .setStage("ingest")
                    .setReason(RejectionReason.TOO_SMALL)
                    .setValue("48")
                    .setBound("64")
                    .setDetail("")
                    .setSource("pages")
                    .setUri("test")
                    .build();
            producer.send(new ProducerRecord<>(topic.name(), imageId, rejection))
                    .get();
        }
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThat(stages.commands.usageError("rejections", "list", "--reason=ugly"))
                .contains("reason \"ugly\" is not one of alt-text, aspect-ratio, ");
        assertThat(stages.commands.usageError("rejections", "list", "--since=yesterday"))
                .contains("since \"yesterday\" is no time such as 2026-11-01");
        assertThat(stages.commands.usageError("rejections", "show", "12")).contains("\"12\" is no image id");
    }

    private static void assertShown(byte[] image) throws IOException {
        Path thumbnail = folder.resolve("thumbnail.jpg");

        JsonNode shown = stages.commands.json("rejections", "show", id(image).substring(0, 12), "--to=" + thumbnail);

        assertThat(shown.path("image").asText()).isEqualTo(id(image));
        assertThat(shown.path("reason").asText()).isEqualTo("too-small");
        assertThat(shown.path("original").path("format").asText()).isEqualTo("PNG");
        assertThat(shown.path("kept").asText()).startsWith("images-quarantine-");
        assertThat(ImageIO.read(thumbnail.toFile()).getWidth()).isEqualTo(64);
    }

    private static String counts(String... options) throws IOException {
        JsonNode counts = stages.commands.json(Stream.concat(Stream.of("rejections", "replay"), Stream.of(options))
                .toArray(String[]::new));
        return "%s refused, %s in quarantine, %s sent"
                .formatted(counts.path("refused"), counts.path("in_quarantine"), counts.path("sent"));
    }

    private static void requireSide(int pixels) {
        stages.changeFilter("drawings", policy -> policy.setMinSide(pixels));
    }

    private static byte[] scene(int seed, int number) throws IOException {
        return MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(seed, number), 64, 64));
    }
}
