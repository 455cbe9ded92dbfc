package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceTest {
    @TempDir
    private Path locks;

    @Test
    void eachTakesTheLowestFreeNumber() {
        Instance first = claim("ingest");
        try (Instance second = claim("ingest");
                Instance ofAnotherStage = claim("captioning")) {
            assertThat(first.id()).isEqualTo("ingest-host-ada-0");
            assertThat(second.id()).isEqualTo("ingest-host-ada-1");
            assertThat(ofAnotherStage.id()).isEqualTo("captioning-host-ada-0");

            first.close();
            try (Instance third = claim("ingest")) {
                assertThat(third.id()).isEqualTo("ingest-host-ada-0");
            }
        }
    }

    @Test
    void aSecondCloseDoesNotReleaseTheNumberOfItsNextOwner() {
        Instance first = claim("ingest");
        first.close();
        try (Instance second = claim("ingest")) {
            first.close();
            try (Instance third = claim("ingest")) {
                assertThat(second.id()).endsWith("-0");
                assertThat(third.id()).endsWith("-1");
            }
        }
    }

    @Test
    void anotherProcessHasAnotherNumberAndAKilledOneFreesItsOwn() throws Exception {
        Process process = start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ingest-host-ada-0");
            try (Instance here = claim("ingest")) {
                assertThat(here.id()).isEqualTo("ingest-host-ada-1");
            }

            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

            try (Instance here = claim("ingest")) {
                assertThat(here.id()).isEqualTo("ingest-host-ada-0");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** The operating system forgets a process's lock on a file when the process closes that file anywhere. */
    @Test
    void aNumberThatWasTestedHereIsStillLockedForAnotherProcess() throws Exception {
        try (Instance first = claim("ingest")) {
            try (Instance second = claim("ingest")) {
                assertThat(second.id()).endsWith("-1");
            }
            Process process = start();
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.readLine()).isEqualTo("ingest-host-ada-1");
            } finally {
                process.destroyForcibly();
            }
            assertThat(first.id()).endsWith("-0");
        }
    }

    @Test
    void keepsItsFilesInASeparateFolder() {
        Path shared = Path.of("data", "state");
        try (Instance first = claim("ingest");
                Instance second = claim("ingest");
                Instance named = Instance.named("ingest", "gpu/0")) {
            assertThat(first.folderIn(shared)).isEqualTo(shared.resolve("0"));
            assertThat(second.folderIn(shared)).isEqualTo(shared.resolve("1"));
            assertThat(named.folderIn(shared)).isEqualTo(shared.resolve("gpu-0"));
        }
    }

    @Test
    void namesTheRemedyIfNothingCanBeLocked() throws IOException {
        Path file = Files.createFile(locks.resolve("file"));

        assertThatThrownBy(() -> Instance.numbered("ingest", "host-ada", file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot number the instances of ingest in " + file)
                .hasMessageContaining("group.instance.id");
    }

    private Instance claim(String group) {
        return Instance.numbered(group, "host-ada", locks);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        InstanceHolder.class.getName(),
                        "ingest",
                        "host-ada",
                        locks.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
