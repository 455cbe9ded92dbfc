package dev.latentstream.app.removals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.removals.RemovalFollower;
import dev.latentstream.schemas.ImageId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Images that are removed by command, seen by who follows the removals. */
class RemovalCommandsIT {
    private static final String A = id("a");
    private static final String B = id("b");
    private static final String C = id("c");

    @TempDir
    private static Path folder;

    @AutoClose
    private static Cluster cluster;

    private static KafkaConnection connection;
    private static Path settings;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        new TopicSetup(connection).ensure(List.of(connection.topics().removals()));
        settings = Files.writeString(
                folder.resolve("pipeline.yaml"),
                "kafka:%n  bootstrap-servers: %s%n  schema-registry-url: %s%n"
                        .formatted(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
    }

    @Test
    void whatIsRemovedAndTakenBackIsFollowedAndListed() throws Exception {
        Path list = Files.writeString(folder.resolve("list.txt"), "# opted out%n%s%n%n%s # twice%n".formatted(B, A));

        assertThat(run(new RemoveCommand(), A, "--reason=opt-out 7", "--author=ada"))
                .isZero();
        assertThat(run(new RemoveCommand(), "--list=" + list, "--reason=opt-out 8", "--author=bob"))
                .isZero();
        assertThat(out.toString()).isEqualTo("Removed 1 image.\nRemoved 2 images; 1 of them again.\n");

        try (RemovalFollower follower = new RemovalFollower(connection)) {
            follower.start();
            assertThat(follower.images().contains(A)).isTrue();
            assertThat(follower.images().contains(B)).isTrue();
            assertThat(follower.images().contains(C)).isFalse();

            assertThat(run(new RemoveCommand(), "--undo", A, C)).isZero();

            assertThat(err.toString()).isEqualTo("warning: %s is not removed\n".formatted(C));
            await().until(() -> !follower.images().contains(A));
        }
        JsonNode listed = listed();
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("image").asText()).isEqualTo(B);
        assertThat(listed.get(0).get("reason").asText()).isEqualTo("opt-out 8");
        assertThat(listed.get(0).get("author").asText()).isEqualTo("bob");
    }

    @Test
    void aWrongIdIsNamedAndNothingIsWritten() throws Exception {
        Path list = Files.writeString(folder.resolve("wrong.txt"), "%s%nnosuch%n".formatted(C));

        assertThat(run(new RemoveCommand(), "--list=" + list, "--reason=r")).isEqualTo(2);

        assertThat(err.toString())
                .contains("wrong.txt, line 2: \"nosuch\" is no image id: 64 hexadecimal digits in lower case");
        assertThat(listed()).noneMatch(removal -> removal.get("image").asText().equals(C));
    }

    @Test
    void aRemovalHasAReasonAndAnImage() {
        assertThat(run(new RemoveCommand(), A)).isEqualTo(2);
        assertThat(run(new RemoveCommand(), "--reason=r")).isEqualTo(2);
        assertThat(run(new RemoveCommand(), A, "--reason= ")).isEqualTo(2);

        assertThat(err.toString())
                .contains(
                        "Missing option: --reason",
                        "No image ids: give them, or a file with --list",
                        "reason is empty");
    }

    private JsonNode listed() throws Exception {
        out.getBuffer().setLength(0);
        assertThat(run(new RemovalsCommand(), "list", "--json")).isZero();
        return Objects.requireNonNull(new ObjectMapper().readTree(out.toString()));
    }

    private int run(Object command, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config=" + settings);
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static String id(String content) {
        return ImageId.of(StandardCharsets.UTF_8.encode(content));
    }
}
