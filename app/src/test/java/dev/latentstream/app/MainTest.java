package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpListsTheCommandsAndSucceeds() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("broker", "kafka");
    }

    @Test
    void noCommandIsAUsageError() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("latentstream: Missing command (see latentstream --help)\n");
    }

    @Test
    void unknownOptionIsAUsageErrorOfOneLine() {
        assertThat(run("broker", "--colour")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("latentstream broker: Unknown option: '--colour' (see latentstream broker --help)\n");
    }

    @Test
    void unknownKafkaToolIsAUsageErrorThatNamesTheTools() {
        assertThat(run("kafka", "topic", "--list")).isEqualTo(2);
        assertThat(err.toString()).startsWith("latentstream kafka: topic is not one of topics, consumer-groups,");
    }

    @Test
    void benchOfAnUnknownStageIsAUsageErrorThatNamesTheStages() {
        assertThat(run("bench", "--stage", "join")).isEqualTo(2);
        assertThat(err.toString())
                .contains("[INGEST, CAPTIONING, ENCODING, TRAINER] (case-insensitive) but was 'join'");
    }

    @Test
    void benchRefusesNumbersBeforeItStartsAnything() {
        assertThat(run("bench", "--rounds", "0")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("latentstream bench: rounds 0 is not between 1 and 100 (see latentstream bench --help)\n");
    }

    @Test
    void aNumberOutOfItsBoundsIsAUsageError() {
        String data = folder.toString();
        assertThat(run("demo", "--data", data, "--objects", "7")).isEqualTo(2);
        assertThat(run("demo", "--data", data, "--steps", "0")).isEqualTo(2);
        assertThat(run("source", "scenes", "--objects", "0")).isEqualTo(2);
        assertThat(err.toString())
                .contains("objects 7 is not between 1 and 6", "steps 0 ", "1 to 0 objects are not within 1 to 6");
    }

    @Test
    void takenPortIsOneLineAndExitCodeOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(run("broker", "--data", folder.toString(), "--port", port))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo(
                            "latentstream: port %s on 127.0.0.1 is taken; end what listens there, or choose another with --port\n"
                                    .formatted(port));
        }
    }

    @Test
    void stackTraceIsShownOnlyWhenAskedFor() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThat(run("broker", "--data", file.toString())).isEqualTo(1);
        assertThat(err.toString()).hasLineCount(1);

        assertThat(run("broker", "--verbose", "--data", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("\tat dev.latentstream.app.");
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
