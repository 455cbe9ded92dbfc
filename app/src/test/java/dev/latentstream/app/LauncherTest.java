package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the launcher with a program in place of Java that prints what it is given. */
class LauncherTest {
    @TempDir
    private Path root;

    private Path launcher;

    @BeforeEach
    void install() throws IOException {
        launcher = Files.copy(Path.of("..", "latentstream"), root.resolve("latentstream"));
        Files.createDirectories(root.resolve("app/target"));
        Files.createFile(root.resolve("app/target/latentstream.jar"));
        Path java = root.resolve("jdk/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho \"LC_ALL=$LC_ALL\"\necho \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\nIMPLEMENTOR=\"Nobody\"\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "xx_YY.UTF-8"}) // the last one is installed nowhere
    void fileNamesAreUtf8InALocaleWithoutIt(String locale) throws Exception {
        assertThat(run(locale)).contains("LC_ALL=C.UTF-8").contains("-Dfile.encoding=UTF-8");
    }

    @Test
    void aLocaleWithUtf8IsKept() throws Exception {
        assertThat(run("C.utf8")).contains("LC_ALL=C.utf8");
    }

    private String run(String locale) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", launcher.toString(), "source", "folder", "x");
        builder.environment().put("LC_ALL", locale);
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
