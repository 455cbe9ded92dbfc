package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpServer;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.MixedFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline of one process per stage, all with one settings file: a broker, ingest, captioning, encoding and a trainer of a few steps,
 * fed by source commands. Everything runs once; the tests check its output.
 */
class StageCommandsIT {
    private static final int INTERRUPTED = 128 + 2;
    private static final int TERMINATED = 128 + 15;
    private static final int SCENES = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final List<String> STAGES = List.of("ingest", "caption", "encode");

    @TempDir
    private static Path folder;

    private static MixedFiles files;
    private static final List<CommandProcess> running = new ArrayList<>();
    private static Ended scenes;
    private static Ended photographs;
    private static Ended listed;
    private static Ended again;
    private static Ended endless;
    private static Ended trained;
    private static Ended refusedRun;
    private static JsonNode status = MissingNode.getInstance();
    private static JsonNode sources = MissingNode.getInstance();
    private static final Map<String, Ended> ended = new TreeMap<>();

    @BeforeAll
    static void runAPipelineOfProcesses() throws Exception {
        files = MixedFiles.write(folder.resolve("photos"));
        int port = CommandProcess.freePort();
        int registry = CommandProcess.freePort();
        int http = CommandProcess.freePort();
        HttpServer web = web(Files.readAllBytes(files.file("scene-01.png")));
        int origin = web.getAddress().getPort();
        Files.writeString(folder.resolve("pipeline.yaml"), settings(port, registry, http, origin));
        start("broker", "--data=data", "--port=" + port, "--registry-port=" + registry)
                .awaitLine("Stop them with Control-C.");

        start("ingest", "--config=pipeline.yaml"); // at the settings' http.port, where status looks
        start("caption", "--config=pipeline.yaml", "--http-port=0");
        start("encode", "--config=pipeline.yaml", "--http-port=0", "--device=cpu");
        scenes = run("source", "scenes", "--count=" + SCENES, "--config=pipeline.yaml");
        photographs = run("source", "folder", "photos", "--config=pipeline.yaml", "--name=web");
        listed = fetchAList(web);
        running.subList(1, 4).forEach(stage -> stage.awaitLine("Running on 127.0.0.1:" + port));
        again = run("source", "scenes", "--count=" + SCENES, "--config=pipeline.yaml");
        endless = interruptAnEndlessSource();
        trained = run("train", "--config=pipeline.yaml", "--http-port=0");
        refusedRun = run("train", "--config=pipeline.yaml", "--http-port=0", "--no-resume");
        await().atMost(PATIENCE).pollInterval(POLL_INTERVAL).until(StageCommandsIT::nothingIsLeftToDo);
        sources = queries().json("source", "list");
        for (int last = running.size() - 1; last >= 0; last--) {
            Ended end = running.get(last).terminate();
            ended.put(last == 0 ? "broker" : STAGES.get(last - 1), end);
        }
    }

    @AfterAll
    static void stop() {
        Collections.reverse(running);
        running.forEach(CommandProcess::close);
    }

    @Test
    void aSourceSendsEverythingAndExits() {
        assertThat(scenes.exitCode()).as("%s", scenes).isZero();
        assertThat(scenes.err()).isEmpty();
        assertThat(scenes.out().get(scenes.out().size() - 1))
                .startsWith("Done. scenes: %d of %d images, ".formatted(SCENES, SCENES));
        assertThat(photographs.exitCode()).as("%s", photographs).isZero();
        assertThat(photographs.out().get(photographs.out().size() - 1)).startsWith("Done. web: ");
    }

    @Test
    void aListIsFetchedAndWhatFailsIsCounted() {
        assertThat(listed.exitCode()).as("%s", listed).isZero();
        assertThat(listed.out().get(listed.out().size() - 1))
                .startsWith("Done. few: 1 images, ")
                .endsWith(", 2 rejected (1 forbidden-address, 1 http-status)");
    }

    @Test
    void aSourceThatRunsAgainSendsNothingTwice() {
        assertThat(again.exitCode()).isZero();
        assertThat(again.out().get(again.out().size() - 1))
                .startsWith("Done. scenes: 0 of %d images, ".formatted(SCENES))
                .contains(", %d sent before".formatted(SCENES));
    }

    @Test
    void controlCEndsAnEndlessSource() {
        assertThat(endless.exitCode()).isEqualTo(INTERRUPTED);
        assertThat(endless.err()).isEmpty();
        assertThat(endless.out().get(endless.out().size() - 1))
                .startsWith("Stopped; run the same command again to continue.");
    }

    @Test
    void aTrainerReportsEachStepAndEndsAfterTheLast() {
        assertThat(trained.exitCode()).as("%s", trained).isZero();
        assertThat(trained.out()).filteredOn(line -> line.startsWith("step ")).hasSize(3);
        assertThat(trained.text()).contains("step 3  loss ", "checkpoint ", "samples ");
        assertThat(folder.resolve("training/few/checkpoints/step-00000003")).isDirectory();
        assertThat(folder.resolve("training/few/samples/step-00000003.png")).isNotEmptyFile();
        assertThat(status.path("training").path("few").path("step").asInt()).isEqualTo(3);
    }

    @Test
    void aTrainerThatMayNotResumeRefusesARunThatHasACheckpoint() {
        assertThat(refusedRun.exitCode()).isEqualTo(1);
        assertThat(refusedRun.err())
                .last()
                .isEqualTo("latentstream: the stage trainer failed: run few has the checkpoint "
                        + "training/few/checkpoints/step-00000003: resume it, or give the new run another name");
        assertThat(refusedRun.err()).noneMatch(line -> line.startsWith("\tat "));
    }

    /** Such as one whose address or firewall is wrong. */
    @Test
    void aStageThatWaitsForItsClusterIsStoppedAtOnce() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(
                    folder.resolve("silent.yaml"),
                    "kafka:\n  bootstrap-servers: 127.0.0.1:%d\n".formatted(silent.getLocalPort()));
            try (CommandProcess ingest = CommandProcess.start(folder, List.of("ingest", "--config=silent.yaml"));
                    Socket waiting = silent.accept()) {
                assertThat(waiting.getInputStream().read()).isNotNegative();

                Ended end = ingest.terminate();

                assertThat(end.exitCode()).isEqualTo(TERMINATED);
                assertThat(end.err()).as("it did not wait until it gave up").isEmpty();
            }
        }
    }

    @Test
    void statusSeesTheProcessOfEachStage() {
        for (String stage : List.of("ingest", "captioning", "latent-encoder", "latent-join")) {
            JsonNode group = CommandProcess.element(status.path("groups"), "group", stage);
            assertThat(group.path("members").asInt()).as(stage).isEqualTo(1);
            assertThat(group.path("state").asText()).as(stage).isEqualTo("Stable");
            assertThat(group.path("lag").asInt()).as(stage).isZero();
        }
    }

    /** Compares the ids in {@code images-raw} with the counts of ingest, admitted and refused. */
    @Test
    void statusAccountsForEveryImageThatWasSent() {
        long sent = 0;
        for (JsonNode source : sources) {
            sent += source.path("images").asLong();
        }
        Map<String, Long> counts = new TreeMap<>();
        status.path("counts").forEach(count -> {
            if (count.path("stage").asText().equals("ingest")) {
                counts.put(count.path("outcome").asText(), count.path("records").asLong());
            }
        });

        assertThat(sent).isGreaterThan(SCENES + files.refused().size());
        assertThat(counts).containsKey("admitted");
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
                .as("%s", counts)
                .isEqualTo(sent);
    }

    @Test
    void everyProcessEndsInOrderAtATermination() {
        assertThat(ended).hasSize(4).allSatisfy((stage, end) -> {
            assertThat(end.exitCode()).as("%s: %s", stage, end).isEqualTo(TERMINATED);
            assertThat(end.err()).as(stage).isEmpty();
        });
        assertThat(folder.resolve("data/kafka/.kafka_cleanshutdown")).exists();
    }

    private static boolean nothingIsLeftToDo() throws Exception {
        status = queries().json("status", "--interval=0");
        return status.path("groups").findValues("lag").stream().allMatch(lag -> lag.asLong() == 0);
    }

    private static Ended interruptAnEndlessSource() throws Exception {
        try (CommandProcess source = CommandProcess.start(
                folder, List.of("source", "scenes", "--name=more", "--seed=2", "--rate=5", "--config=pipeline.yaml"))) {
            source.awaitLine("more: ");
            return source.interrupt();
        }
    }

    /** Serves one image under each name that starts with {@code image}. */
    private static HttpServer web(byte[] image) throws IOException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/image", exchange -> {
            exchange.sendResponseHeaders(200, image.length);
            exchange.getResponseBody().write(image);
            exchange.close();
        });
        return web;
    }

    private static Ended fetchAList(HttpServer web) throws Exception {
        String origin = "http://127.0.0.1:%d".formatted(web.getAddress().getPort());
        Files.writeString(
                folder.resolve("list.csv"),
                "link,caption\n%s/image.png,a house\n%s/gone.png,\nhttp://10.0.0.1/a.png,\n".formatted(origin, origin));
        web.start();
        try {
            return run("source", "csv", "list.csv", "--url-column=link", "--name=few", "--config=pipeline.yaml");
        } finally {
            web.stop(0);
        }
    }

    /** In the JVM of this test: they are repeated. */
    private static Commands queries() {
        return new Commands("--config=" + folder.resolve("pipeline.yaml"));
    }

    private static CommandProcess start(String... arguments) throws Exception {
        CommandProcess started = CommandProcess.start(folder, List.of(arguments));
        running.add(started);
        return started;
    }

    private static Ended run(String... arguments) throws Exception {
        return CommandProcess.run(folder, List.of(arguments));
    }

    private static String settings(int port, int registry, int http, int origin) {
        return """
                kafka:
                  bootstrap-servers: 127.0.0.1:%d
                  schema-registry-url: http://127.0.0.1:%d
                ingest:
                  fetch: {network: {ports: [80, %d], allowed: [127.0.0.0/8]}}
                  streams: {state-dir: state}
                captioning:
                  batch: {batch-size: 8}
                encoder:
                  resolution: 32
                  join: {state-dir: state}
                trainer:
                  run: few
                  folder: training
                  steps: 3
                  batch-size: 4
                  metrics-every: 1
                  backbone: {name: uvit-h512-d12-n8, scale: tiny}
                  feed: {minimum: 2}
                  samples: {prompts: [a red house], columns: 1, sampler-steps: 2}
                http:
                  port: %d
                """.formatted(port, registry, origin, http);
    }
}
