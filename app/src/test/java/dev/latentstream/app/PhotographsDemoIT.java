package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo that runs to its end on a folder of real-world files, including broken ones, and the contents of its topics afterwards. */
class PhotographsDemoIT {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private static Path folder;

    private static MixedFiles files;
    private static Ended demo;
    private static Map<String, JsonNode> images;
    private static Map<String, JsonNode> rejections;
    private static Ended broker;

    @BeforeAll
    static void runADemoAndReadItsTopics() throws Exception {
        files = MixedFiles.write(folder.resolve("photos"));
        demo = CommandProcess.run(
                folder,
                List.of(
                        "demo",
                        "--images=photos",
                        "--steps=2",
                        "--backbone=uvit-h512-d12-n8",
                        "--scale=tiny",
                        "--resolution=32",
                        "--data=data",
                        "--port=" + CommandProcess.freePort(),
                        "--registry-port=0",
                        "--http-port=0"));
        List<String> command =
                List.of("broker", "--data=data", "--port=" + CommandProcess.freePort(), "--registry-port=0");
        try (CommandProcess running = CommandProcess.start(folder, command)) {
            running.awaitLine("Stop them with Control-C.");
            images = records("images");
            rejections = records("images-rejected");
            broker = running.terminate();
        }
    }

    @Test
    void theDemoTrainsToItsLastStep() {
        assertThat(demo.exitCode()).as("%s", demo).isZero();
        assertThat(demo.out()).contains("Trained.");
        assertThat(demo.err()).as("output of libraries").allSatisfy(line -> assertThat(line)
                .contains(" WARN "));
        assertThat(demo.text())
                .contains("waiting for ", "loss ", " at step 2  ")
                .contains("step 2/2", "checkpoints/step-00000002", "samples/step-00000002.png");
        assertThat(folder.resolve("data/training/demo/samples/step-00000002.png"))
                .isNotEmptyFile();
    }

    @Test
    void itsSummaryCountsWhatWasRefusedByReason() throws Exception {
        int sent = photographs().size(); // two of them are the same bytes as others
        assertThat(demo.text()).contains("  sources %d  ingest %d  ".formatted(sent, sent));
        String page = Files.readString(folder.resolve("data/summary.html"));

        long refused = rejections.size();
        assertThat(demo.text())
                .containsPattern("(?m)^refused         " + refused + " images: (?:\\d+ [A-Z_]+(?:, )?)+$")
                .contains("1 UNDECODABLE")
                .containsPattern("(?m)^without a text  \\d+ of " + images.size() + " images$");
        assertThat(reasons()).containsEntry("UNKNOWN_FORMAT", 2L).containsEntry("UNDECODABLE", 1L);
        reasons().forEach((reason, count) -> assertThat(page)
                .containsPattern("<dt>" + reason + "</dt><dd><span [^>]*></span><span>" + count + "</span>"));
    }

    @Test
    void everyFileIsAmongTheImagesOrAmongTheRejections() throws Exception {
        Set<String> decided = Stream.of(images, rejections)
                .flatMap(topic -> topic.keySet().stream())
                .collect(Collectors.toSet());

        assertThat(decided).isEqualTo(ids()).hasSize(images.size() + rejections.size());
        assertThat(images).isNotEmpty();
    }

    @Test
    void eachBrokenFileIsRefusedForItsOwnReason() throws Exception {
        Map<String, String> expected = new HashMap<>();
        for (Map.Entry<Path, RejectionReason> file : files.refused().entrySet()) {
            expected.put(id(file.getKey()), file.getValue().name());
        }

        Map<String, String> found = new HashMap<>();
        rejections.forEach((id, record) ->
                found.put(id, record.path("value").path("reason").asText()));

        assertThat(found).containsAllEntriesOf(expected);
    }

    @Test
    void aBrokerEndsInOrderAtATermination() {
        assertThat(broker.exitCode()).isEqualTo(TERMINATED);
        assertThat(broker.err()).isEmpty();
        assertThat(folder.resolve("data/kafka/.kafka_cleanshutdown")).exists();
        assertThat(folder.resolve("data/cluster.json")).doesNotExist();
    }

    private static Map<String, Long> reasons() {
        return rejections.values().stream()
                .collect(Collectors.groupingBy(
                        record -> record.path("value").path("reason").asText(), TreeMap::new, Collectors.counting()));
    }

    /** Returns a topic as a table. A record is written again only for a new text. */
    private static Map<String, JsonNode> records(String topic) throws Exception {
        Ended ended = CommandProcess.run(folder, List.of("inspect", topic, "--max=1000", "--json", "--data=data"));
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        Map<String, JsonNode> records = new TreeMap<>();
        for (JsonNode record : ended.jsonLines()) {
            String key = record.path("key").asText();
            JsonNode earlier = record.path("value").isNull() ? records.remove(key) : records.put(key, record);
            if (earlier != null && records.containsKey(key)) {
                assertThat(textRevision(record)).as("%s", record).isGreaterThan(textRevision(earlier));
            }
        }
        return records;
    }

    private static int textRevision(JsonNode record) {
        return record.path("value").path("text_revision").asInt();
    }

    private static Set<String> ids() throws Exception {
        Set<String> ids = new HashSet<>();
        for (Path path : photographs()) {
            ids.add(id(path));
        }
        return ids;
    }

    /** Returns all files with the name of an image. */
    private static List<Path> photographs() throws IOException {
        try (Stream<Path> paths = Files.list(folder.resolve("photos"))) {
            return paths.filter(file -> !file.toString().endsWith(".txt")).toList();
        }
    }

    private static String id(Path file) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(hash);
    }
}
