package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.models.ShippedModels;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A demo on drawn scenes as users run it: stopped by Control-C, started again by the same command, inspected and changed by other
 * commands while it trains, and stopped again. A demo takes seconds to start, so all tests share the second one; the test that stops it
 * comes last. Commands are processes, too, unless one of their kind was: a JVM takes as long to start as the demo to train many steps.
 */
@TestMethodOrder(OrderAnnotation.class)
class DemoIT {
    private static final int SCENES = 16;
    private static final int INTERRUPTED = 128 + 2;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String STEPS = "latentstream_trainer_steps_total";
    private static final List<String> GROUPS =
            List.of("captioning", "ingest", "latent-encoder", "latent-join", "trainer-demo");
    private static final Pattern STEPS_TAKEN = Pattern.compile("^" + STEPS + " (\\S+)$", Pattern.MULTILINE);
    private static final Pattern METRICS = Pattern.compile("metrics (http\\S+)");
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint +(\\S+step-(\\d{8}))");

    @TempDir
    private static Path folder;

    private static List<String> command;
    private static JsonNode statusOfFirst;
    private static Ended first;
    private static CommandProcess demo;

    @BeforeAll
    static void interruptADemoAndRunItAgain() throws Exception {
        command = List.of(
                "demo",
                "--scenes=" + SCENES,
                "--steps=100000",
                "--backbone=" + TestSettings.PIPELINE,
                "--text-encoder=" + TestSettings.PIPELINE,
                "--resolution=32",
                "--data=data",
                "--port=" + CommandProcess.freePort(),
                "--registry-port=0",
                "--http-port=0");
        try (CommandProcess interrupted = CommandProcess.start(folder, command)) {
            awaitSteps(interrupted, 1);
            statusOfFirst = query("status", "--json", "--interval", "0").json();
            first = interrupted.interrupt();
        }
        demo = CommandProcess.start(folder, command);
        awaitSteps(demo, 1);
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    @Order(1)
    void controlCEndsADemoInOrder() {
        assertThat(first.exitCode()).isEqualTo(INTERRUPTED);
        assertThat(first.out())
                .contains("Stopping: the trainer writes a checkpoint.")
                .endsWith("Run the same command again to continue.");
        assertThat(first.text())
                .contains("step 0/100000  waiting for ")
                .containsPattern("(?m)^without a text  \\d+ of " + SCENES + " images$");
        assertThat(checkpoint(first)).isDirectory().isNotEmptyDirectory();
        for (String file : List.of("decoded.png", "summary.html", "demo.log")) {
            assertThat(folder.resolve("data").resolve(file)).isNotEmptyFile();
        }
        assertThat(first.text())
                .contains("samples  ", "decoded latents ", "summary  ")
                .contains("samples/step-%08d.png".formatted(step(first)));
        assertThat(first.err()).allSatisfy(line -> assertThat(line).contains(" WARN "));
    }

    /** Meters count since the start of their process, so that those of a resumed demo differ. */
    @Test
    @Order(1)
    void statusCountsWhatEachStageIsDoneWith() {
        assertThat(counts(statusOfFirst))
                .containsEntry("ingest admitted", SCENES)
                .containsEntry("captioning captioned", SCENES)
                .containsEntry("latent-encoder encoded", SCENES)
                .containsEntry("latent-join joined", SCENES);
    }

    @Test
    @Order(2)
    void everyImageIsAccountedFor() throws Exception {
        List<String> raw = keys("images-raw");

        assertThat(raw).hasSize(SCENES).doesNotHaveDuplicates();
        List<String> decided = new ArrayList<>(keys("images"));
        decided.addAll(keys("images-rejected"));
        assertThat(decided).containsExactlyInAnyOrderElementsOf(raw);
        assertThat(keys("latents-scenes")).containsExactlyInAnyOrderElementsOf(keys("images"));
    }

    @Test
    @Order(2)
    void inspectShowsTheFieldsOfARecord() throws Exception {
        Ended latest = query("inspect", "captions", "--max", "1", "--json");

        JsonNode record = latest.json();
        assertThat(record.path("topic").asText()).isEqualTo("captions");
        assertThat(record.path("headers").path("source").asText()).isEqualTo("scenes");
        assertThat(record.path("value").path("source").asText()).isEqualTo("scenes");
        assertThat(record.path("value").path("captions").findValuesAsText("kind"))
                .hasSize(6)
                .containsOnly("SYNTHETIC", "ALT");
    }

    @Test
    @Order(2)
    void inspectOfAMissingTopicNamesTheExistingOnes() throws Exception {
        Ended failed = CommandProcess.run(folder, List.of("inspect", "photos", "--data", "data"));

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("latentstream: topic photos does not exist; there are ")
                .contains("captions, ", "images-raw, ", "latents-scenes, "));
    }

    @Test
    @Order(2)
    void kafkasOwnToolsFindTheRunningBroker() throws Exception {
        Ended listed = query("kafka", "topics", "--list");

        assertThat(listed.out()).contains("images", "images-raw", "images-rejected", "captions", "latents-scenes");
    }

    @Test
    @Order(3)
    void aPolicyThatIsSetIsShownAndFollowedByTheTrainer() throws Exception {
        assertThat(mixture().path("version").asInt()).isZero();

        Ended set = CommandProcess.run(
                folder, List.of("control", "set", "mixture", "--alt-text=0.25", "--author=DemoIT", "--data=data"));

        assertThat(set.exitCode()).isZero();
        assertThat(set.err()).isEmpty();
        assertThat(set.text()).contains("mixture/*", "version 1 (DemoIT, ", "\"alt_text_probability\":0.25");
        // A broker answers a commit before its record can be read.
        JsonNode shown = await().atMost(PATIENCE)
                .until(DemoIT::mixture, policy -> policy.path("version").asInt() > 0);
        assertThat(shown.path("version").asInt()).isEqualTo(1);
        assertThat(shown.path("author").asText()).isEqualTo("DemoIT");
        assertThat(shown.path("policy").path("alt_text_probability").asDouble()).isEqualTo(0.25);
        await().atMost(PATIENCE)
                .until(() -> metrics(demo).contains("latentstream_policy_version{kind=\"mixture\",scope=\"*\"} 1.0"));
    }

    @Test
    @Order(3)
    void statusShowsTopicsGroupsAndTheTrainingThatContinues() throws Exception {
        awaitSteps(demo, 10); // the trainer reports every ten steps

        JsonNode status = again("status", "--json", "--interval", "0").json();

        JsonNode raw = CommandProcess.element(status.path("topics"), "topic", "images-raw");
        assertThat(raw.path("offsets").asInt()).isGreaterThan(SCENES); // the markers of transactions have offsets, too
        assertThat(raw.path("partitions").asInt()).isEqualTo(4);
        assertThat(status.path("groups").findValuesAsText("group")).containsExactlyInAnyOrderElementsOf(GROUPS);
        assertThat(status.path("groups").findValues("lag"))
                .allSatisfy(lag -> assertThat(lag.asInt()).isZero());
        JsonNode ingest = CommandProcess.element(status.path("groups"), "group", "ingest");
        assertThat(ingest.path("members").asInt()).isEqualTo(1);
        assertThat(ingest.path("state").asText()).isEqualTo("Stable");
        long taken = stepsTaken(demo); // read last: the trainer continues while status reads
        assertThat(status.path("training").path("demo").path("step").asLong())
                .isBetween(step(first) + 1, step(first) + taken);
        assertThat(counts(status)).containsOnlyKeys("trainer trained"); // every image came in the demo before
    }

    @Test
    @Order(4)
    void theSameCommandContinuesFromTheCheckpoint() throws Exception {
        Ended second = demo.interrupt();

        assertThat(second.exitCode()).isEqualTo(INTERRUPTED);
        assertThat(step(first)).isPositive();
        assertThat(step(second)).isGreaterThan(step(first));
        assertThat(second.out()).endsWith("Run the same command again to continue.");
    }

    @Test
    @Order(5)
    void anotherAutoencoderIsRefusedOnTheSameData() throws Exception {
        writeOtherAutoencoder(folder.resolve("vae"));
        List<String> other = new ArrayList<>(command);
        other.addAll(List.of("--vae", "vae"));
        Ended refused = CommandProcess.run(folder, other);

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .containsExactly(
                        "latentstream: the demo on %s used another --vae or --resolution; give the same again, or "
                                        .formatted(folder.toRealPath().resolve("data"))
                                + "another folder with --data");
    }

    /** Writes the shipped autoencoder, except for the last bit of its last weight. */
    private static void writeOtherAutoencoder(Path vae) throws IOException {
        Files.createDirectory(vae);
        Files.write(vae.resolve("config.json"), shipped("config.json"));
        byte[] weights = shipped("diffusion_pytorch_model.safetensors");
        weights[weights.length - 2] ^= 1; // the lower byte of a number of 16 bits
        Files.write(vae.resolve("diffusion_pytorch_model.safetensors"), weights);
    }

    private static byte[] shipped(String file) throws IOException {
        try (InputStream resource = ShippedModels.class.getResourceAsStream("scenes-vae/" + file)) {
            return Objects.requireNonNull(resource, file).readAllBytes();
        }
    }

    /** Runs a command that inspects the demo. */
    private static Ended query(String name, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(name, "--data", "data"));
        all.addAll(List.of(arguments));
        Ended ended = CommandProcess.run(folder, all);
        assertThat(ended.exitCode()).as("%s: %s", all, ended.err()).isZero();
        assertThat(ended.err()).as("%s", all).isEmpty();
        return ended;
    }

    private static Map<String, Integer> counts(JsonNode status) {
        Map<String, Integer> counts = new TreeMap<>();
        status.path("counts")
                .forEach(count -> counts.put(
                        count.path("stage").asText() + " "
                                + count.path("outcome").asText(),
                        count.path("records").asInt()));
        return counts;
    }

    private static JsonNode mixture() throws IOException {
        return CommandProcess.element(again("control", "show", "--json").json(), "key", "mixture/*");
    }

    private static List<String> keys(String topic) throws IOException {
        return again("inspect", topic, "--max", "1000", "--json").jsonLines().stream()
                .map(record -> record.path("key").asText())
                .toList();
    }

    /** Runs a command that inspects the demo in this JVM. */
    private static Ended again(String... arguments) {
        return new Commands("--data", folder.resolve("data").toString()).succeed(arguments);
    }

    private static void awaitSteps(CommandProcess demo, int least) {
        demo.awaitLine("Try in another terminal: ");
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .failFast("it ended", demo::requireAlive)
                .until(() -> stepsTaken(demo) >= least);
    }

    private static long stepsTaken(CommandProcess demo) throws Exception {
        Matcher taken = STEPS_TAKEN.matcher(metrics(demo));
        return taken.find() ? Math.round(Double.parseDouble(taken.group(1))) : 0;
    }

    private static String metrics(CommandProcess demo) throws Exception {
        Matcher address = METRICS.matcher(demo.awaitLine("metrics http"));
        assertThat(address.find()).isTrue();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address.group(1))).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private static Path checkpoint(Ended demo) {
        Matcher checkpoint = CHECKPOINT.matcher(demo.text());
        assertThat(checkpoint.find()).as(demo.text()).isTrue();
        return Path.of(checkpoint.group(1));
    }

    private static long step(Ended demo) {
        return Long.parseLong(checkpoint(demo).getFileName().toString().substring("step-".length()));
    }
}
