package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.image.Pixels;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is stopped while a network computes. */
class StopWhileComputingIT {
    private static final int TERMINATED = 128 + 15;

    /** More than are processed before the signal comes. */
    private static final int IMAGES = 2000;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void stopsInOrderAfterTheCurrentImage() throws Exception {
        Process process = reconstruct();
        try (BufferedReader output = process.inputReader();
                BufferedReader errors = process.errorReader()) {
            for (int i = 0; i < 3; i++) {
                assertThat(output.readLine()).endsWith(" dB");
            }
            process.toHandle().destroy(); // SIGTERM; the process itself would close its streams

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(TERMINATED);
            assertThat(errors.lines()).anyMatch(line -> line.matches("stopped after \\d+ of 2000 images"));
            try (Stream<Path> crashes = Files.list(folder).filter(f -> !Files.isDirectory(f))) {
                assertThat(crashes).isEmpty();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private Process reconstruct() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        float[] grey = new float[3 * 64 * 64];
        Arrays.fill(grey, 0.4f);
        byte[] png = new Pixels(64, 64, grey).png();
        for (int i = 0; i < IMAGES; i++) {
            Files.write(images.resolve("%04d.png".formatted(i)), png);
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dai.djl.offline=true",
                        "-DOPT_OUT_TRACKING=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "models",
                        "reconstruct",
                        "--images",
                        images.toString())
                .directory(folder.toFile())
                .start();
    }
}
