package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    @Test
    void aTrainerHasTheParallelCollector() throws Exception {
        assertThat(run(Map.of(), "train", "--run", "a")).contains("-XX:+UseParallelGC");
        assertThat(run(Map.of(), "bench", "--stage", "feed")).contains("-XX:+UseParallelGC");
        assertThat(run(Map.of(), "bench", "--stage", "ingest")).doesNotContain("-XX:+UseParallelGC");
        assertThat(run(Map.of(), "demo")).doesNotContain("-XX:+UseParallelGC");
    }

    @Test
    void aCollectorThatTheOptionsNameIsTheOnlyOne() throws Exception {
        assertThat(run(Map.of("LATENTSTREAM_JAVA_OPTS", "-Xmx2g -XX:+UseZGC"), "train", "--run", "a"))
                .contains("-XX:+UseZGC")
                .doesNotContain("-XX:+UseParallelGC");
    }

    @Test
    void anArchiveOfClassesIsForEveryCommand() throws Exception {
        Path archive = root.resolve("app/target/startup-Nobody.jsa");
        assertThat(run(Map.of(), "demo")).doesNotContain("-XX:SharedArchiveFile");

        Files.writeString(archive, "classes");

        for (String command : List.of("status", "demo", "train", "broker")) {
            assertThat(run(Map.of(), command)).contains("-Xshare:auto").contains("-XX:SharedArchiveFile=" + archive);
        }
    }

    private String run(String locale) throws Exception {
        return run(Map.of("LC_ALL", locale), "source", "folder", "x");
    }

    private String run(Map<String, String> environment, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("LATENTSTREAM_JAVA_OPTS");
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
