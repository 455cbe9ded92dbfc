package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.app.testing.TestShard;
import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceOutcome;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.registry.testing.Cluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runners of sources in processes of their own, each with another data folder, as on other machines. */
class SourceStateIT {
    private static final int INTERRUPTED = 128 + 2;
    private static final int KILLED = 128 + 9;
    private static final int SCENES = 240;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    @TempDir
    private static Path folder;

    private static Cluster cluster;
    private static StageFixture fixture;
    private static boolean isOpen;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        fixture = new StageFixture(cluster, "", folder);
        Files.writeString(folder.resolve("pipeline.yaml"), """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  partitions: %d
                """.formatted(
                        cluster.bootstrapServers(), cluster.schemaRegistryUrl(), StageFixture.PARTITIONS));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        cluster.close();
    }

    @Test
    void aKillATakeoverAndAPauseNeitherRepeatNorLoseAnItem() throws Exception {
        try (CommandProcess first = runner("one", 40)) {
            awaitImages(20, first);
            first.signal("KILL");
            assertThat(first.awaitEnd().exitCode()).isEqualTo(KILLED);
        }
        int before = images();
        try (CommandProcess second = runner("two", 5)) {
            awaitImages(before + 1, second);
            try (CommandProcess third = runner("three", 20)) {
                Ended fenced = second.awaitEnd();
                assertThat(fenced.exitCode()).as("%s", fenced).isZero();
                assertThat(fenced.text()).contains("web is continued by another runner, ");
                pauseAndResume(third);
                Ended end = third.awaitEnd();
                assertThat(end.exitCode()).as("%s", end).isZero();
                assertThat(end.out().get(end.out().size() - 1)).startsWith("Done. web: ");
            }
        }

        assertThat(fixture.log.keys(fixture.topics.imagesRaw().name())).hasSize(SCENES);
        assertThat(fixture.log.read(fixture.topics.imagesRaw()))
                .extracting(record -> record.value().getUri())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, SCENES)
                        .mapToObj("scenes:1/64x64/%d"::formatted)
                        .toList());
        assertThat(json("source show web").path("images").asInt()).isEqualTo(SCENES);
        assertThat(json("source show web").path("status").asText()).isEqualTo("done");
    }

    @Test
    void aRemovedSourceIsSentAgain() throws Exception {
        try (StageFixture other = new StageFixture(cluster, "r-", folder)) {
            send(other, "drawings");
            assertThat(send(other, "drawings").progress().notSent().done()).isEqualTo(5);
            Files.writeString(
                    folder.resolve("removed.yaml"),
                    Files.readString(folder.resolve("pipeline.yaml")) + "  topic-prefix: r-\n");

            assertThat(command("source remove drawings", "removed.yaml")).contains("drawings is forgotten");

            assertThat(command("source list --json", "removed.yaml").strip()).isEqualTo("[ ]");
            assertThat(send(other, "drawings").progress().sent()).isEqualTo(5);
        }
    }

    @Test
    void theOpenTransactionOfAnotherSourceHidesNothing() throws Exception {
        try (StageFixture other = new StageFixture(cluster, StageFixture.settings(cluster, "o-"), folder);
                KafkaProducer<byte[], byte[]> hanging = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrapServers(),
                                "transactional.id",
                                "hangs",
                                "transaction.timeout.ms",
                                60_000),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            hanging.initTransactions();
            send(other, "drawings", (sent, atMost) -> isHanging(hanging, other));
            CompletableFuture<SourceOutcome> again = CompletableFuture.supplyAsync(() -> unchecked(other, "drawings"));
            await().during(Duration.ofSeconds(1)).until(() -> !again.isDone());

            hanging.abortTransaction();

            assertThat(again.get().progress().notSent().done()).isEqualTo(5);
        }
    }

    @Test
    void controlCEndsARunWhoseHostIsSilent() throws Exception {
        byte[] shard = Files.readAllBytes(new TestShard()
                .add("a.jpg", new byte[10_000])
                .add("b.jpg", "another image".getBytes(StandardCharsets.UTF_8))
                .write(folder.resolve("shard.tar")));
        AtomicBoolean well = new AtomicBoolean();
        try (StageFixture other = new StageFixture(cluster, "h-", folder);
                TestOrigin origin = TestOrigin.start()) {
            origin.otherwise(exchange -> serve(exchange, shard, well, origin));
            Files.writeString(
                    folder.resolve("silent.yaml"),
                    Files.readString(folder.resolve("pipeline.yaml"))
                            + """
                      topic-prefix: h-
                    ingest:
                      fetch:
                        requests: {time-limit: 10m}
                        network: {ports: [%d], allowed: [127.0.0.1/32]}
                    """.formatted(origin.port()).indent(0));
            String command = "source tar --name=silent " + origin.url("127.0.0.1", "/shard.tar");
            List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
            arguments.addAll(List.of("--config=silent.yaml", "--data=silent"));
            try (CommandProcess run = CommandProcess.start(folder, arguments)) {
                await().atMost(StageFixture.PATIENCE)
                        .pollInterval(POLL_INTERVAL)
                        .until(() ->
                                other.log.keys(other.topics.imagesRaw().name()).size() == 1);

                run.signal("INT");

                Ended ended = assertTimeoutPreemptively(
                        Duration.ofSeconds(30), run::awaitEnd, "the host is silent for ten minutes");
                assertThat(ended.exitCode()).as("%s", ended).isEqualTo(INTERRUPTED);
                assertThat(ended.out().get(ended.out().size() - 1))
                        .startsWith("Stopped; run the same command again to continue. silent: 1 images");
            }
            assertThat(command("source show silent", "silent.yaml")).contains("stopped");
            well.set(true);

            assertThat(command(command, "silent.yaml")).contains("Done. silent: 1 images");

            assertThat(other.log.read(other.topics.imagesRaw())).hasSize(2);
        }
    }

    /** Sends a shard with its first image alone, and then nothing, unless all is well. */
    private static void serve(HttpExchange exchange, byte[] shard, AtomicBoolean well, TestOrigin origin)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("ETag", "\"v1\"");
        exchange.sendResponseHeaders(200, shard.length);
        if (!well.get()) {
            exchange.getResponseBody().write(shard, 0, 12_000);
            exchange.getResponseBody().flush();
            if (origin.paths().size() > 1) { // of the version, then of the shard
                origin.hang();
            }
            exchange.close();
            return;
        }
        exchange.getResponseBody().write(shard);
        exchange.close();
    }

    @Test
    void aTopicIsReadOnceFromItsOffsets() throws Exception {
        try (StageFixture other = new StageFixture(cluster, "t-", folder);
                KafkaProducer<byte[], byte[]> crawler = new KafkaProducer<>(
                        Map.of("bootstrap.servers", cluster.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            Files.writeString(
                    folder.resolve("topic.yaml"),
                    Files.readString(folder.resolve("pipeline.yaml")) + "  topic-prefix: t-\n");
            try (Admin admin = other.connection.admin()) {
                admin.createTopics(List.of(new NewTopic("crawled", 1, (short) 1)))
                        .all()
                        .get();
            }
            assertThatThrownBy(() -> command("source topic absent", "topic.yaml"))
                    .hasMessageContaining("source topic absent: latentstream: topic absent does not exist");
            String command = "source topic crawled --until-end --value=json --image=data --text=alt";
            write(crawler, "{\"data\": \"YQ==\", \"alt\": \"a cat\"}", "garbage", "{\"data\": \"Yg==\"}");
            assertThat(command(command, "topic.yaml")).contains("Done. crawled: 2 images");

            write(crawler, "{\"data\": \"Yw==\"}");
            assertThat(command(command, "topic.yaml")).contains("Done. crawled: 1 images");

            assertThat(other.log.read(other.topics.imagesRaw()))
                    .extracting(record -> record.value().getUri())
                    .containsExactlyInAnyOrder("kafka:crawled/0@0", "kafka:crawled/0@2", "kafka:crawled/0@3");
            assertThat(other.log.read(other.topics.imagesRejected()))
                    .singleElement()
                    .satisfies(rejection ->
                            assertThat(rejection.value().getDetail()).startsWith("the value is not JSON"));
        }
    }

    private static void write(KafkaProducer<byte[], byte[]> crawler, String... values) throws Exception {
        for (String value : values) {
            crawler.send(new ProducerRecord<>("crawled", 0, null, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static void pauseAndResume(CommandProcess runner) throws Exception {
        awaitImages(images() + 10, runner);
        command("source pause web --author=alice --reason=disk", "pipeline.yaml");
        assertThat(runner.awaitLine("web is paused by alice (disk)")).contains("latentstream source resume web");
        int paused = images();
        assertThat(paused).isLessThan(SCENES);
        assertThat(json("source list").get(0).path("status").asText()).isEqualTo("paused");
        assertThat(images()).isEqualTo(paused);
        command("source resume web", "pipeline.yaml");
    }

    private static CommandProcess runner(String home, int rate) throws Exception {
        return CommandProcess.start(
                folder,
                List.of(
                        "source",
                        "scenes",
                        "--count=" + SCENES,
                        "--name=web",
                        "--config=pipeline.yaml",
                        "--data=" + home,
                        "--rate=" + rate));
    }

    private static SourceOutcome send(StageFixture on, String name) throws Exception {
        return send(on, name, Pace.FREE);
    }

    private static SourceOutcome send(StageFixture on, String name, Pace pace) throws Exception {
        try (ImageSource source = SourceChoice.scenes(name, 1, 5, 6, 64)) {
            return new SourceProducer(on.connection, on.meters).send(source, pace, progress -> {});
        }
    }

    /** Begins a transaction in every partition, once. */
    private static boolean isHanging(KafkaProducer<byte[], byte[]> hanging, StageFixture on) {
        if (!isOpen) {
            isOpen = true;
            hanging.beginTransaction();
            for (int partition = 0; partition < StageFixture.PARTITIONS; partition++) {
                Future<RecordMetadata> unused = hanging.send(
                        new ProducerRecord<>(on.topics.sourceItems().name(), partition, new byte[1], new byte[1]));
            }
            hanging.flush();
        }
        return true;
    }

    private static SourceOutcome unchecked(StageFixture on, String name) {
        try {
            return send(on, name);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void awaitImages(int count, CommandProcess runner) {
        await().atMost(StageFixture.PATIENCE).pollInterval(POLL_INTERVAL).until(() -> {
            runner.requireAlive();
            return images() >= count;
        });
    }

    private static int images() {
        return fixture.log.keys(fixture.topics.imagesRaw().name()).size();
    }

    private static JsonNode json(String command) throws Exception {
        return new ObjectMapper().readTree(command(command + " --json", "pipeline.yaml"));
    }

    private static String command(String command, String config) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String line = command + " --config=" + folder.resolve(config);
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), line.split(" ", -1));
        assertThat(code).as("%s: %s", command, err).isZero();
        return out.toString();
    }
}
