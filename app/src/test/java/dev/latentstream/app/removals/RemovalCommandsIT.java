package dev.latentstream.app.removals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.removals.RemovalFollower;
import dev.latentstream.schemas.ImageId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    private static Commands commands;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        new TopicSetup(connection).ensure(List.of(connection.topics().removals()));
        commands = Commands.on(cluster, folder, "");
    }

    @Test
    void whatIsRemovedAndTakenBackIsFollowedAndListed() throws Exception {
        Path list = Files.writeString(folder.resolve("list.txt"), "# opted out%n%s%n%n%s # twice%n".formatted(B, A));

        assertThat(commands.output("remove", A, "--reason=opt-out 7", "--author=ada"))
                .isEqualTo("Removed 1 image.\n");
        assertThat(commands.output("remove", "--list=" + list, "--reason=opt-out 8", "--author=bob"))
                .isEqualTo("Removed 2 images; 1 of them again.\n");

        try (RemovalFollower follower = new RemovalFollower(connection)) {
            follower.start();
            assertThat(follower.images().contains(A)).isTrue();
            assertThat(follower.images().contains(B)).isTrue();
            assertThat(follower.images().contains(C)).isFalse();

            Commands.Result undone = commands.run("remove", "--undo", A, C);

            assertThat(undone.exitCode()).isZero();
            assertThat(undone.err()).isEqualTo("warning: %s is not removed\n".formatted(C));
            await().until(() -> !follower.images().contains(A));
        }
        JsonNode listed = commands.json("removals", "list");
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("image").asText()).isEqualTo(B);
        assertThat(listed.get(0).get("reason").asText()).isEqualTo("opt-out 8");
        assertThat(listed.get(0).get("author").asText()).isEqualTo("bob");
    }

    @Test
    void aWrongIdIsNamedAndNothingIsWritten() throws Exception {
        Path list = Files.writeString(folder.resolve("wrong.txt"), "%s%nnosuch%n".formatted(C));

        assertThat(commands.usageError("remove", "--list=" + list, "--reason=r"))
                .contains("wrong.txt, line 2: \"nosuch\" is no image id: 64 hexadecimal digits in lower case");
        assertThat(commands.json("removals", "list"))
                .noneMatch(removal -> removal.get("image").asText().equals(C));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstId() throws Exception {
        Path list = Files.writeString(folder.resolve("windows.txt"), "\ufeff%s\r\n".formatted(C));

        Commands.Result undone = commands.run("remove", "--undo", "--list=" + list);

        assertThat(undone.err()).isEqualTo("warning: %s is not removed\n".formatted(C));
        assertThat(undone.exitCode()).isZero();
    }

    @Test
    void aListThatIsNoTextIsNamed() throws Exception {
        Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'#', (byte) 0xe9, '\n'});
        Path absent = folder.resolve("absent.txt");

        assertThat(commands.run("remove", "--list=" + latin, "--reason=r").err())
                .isEqualTo("latentstream: %s is not UTF-8\n".formatted(latin));
        assertThat(commands.run("remove", "--list=" + folder, "--reason=r").err())
                .isEqualTo("latentstream: %s is a folder; check the path\n".formatted(folder));
        assertThat(commands.run("remove", "--list=" + absent, "--reason=r").err())
                .isEqualTo("latentstream: %s does not exist; check the path\n".formatted(absent));
    }

    @Test
    void aRemovalHasAReasonAndAnImage() {
        assertThat(commands.usageError("remove", A)).contains("Missing option: --reason");
        assertThat(commands.usageError("remove", "--reason=r"))
                .contains("No image ids: give them, or a file with --list");
        assertThat(commands.usageError("remove", A, "--reason= ")).contains("reason is empty");
    }

    private static String id(String content) {
        return ImageId.of(StandardCharsets.UTF_8.encode(content));
    }
}
