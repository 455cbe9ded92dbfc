package dev.latentstream.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewerJavaTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void theFirstNewEnoughInstallationIsUsed() throws IOException {
        Path old = installation("old", "17.0.15");
        Path ancient = installation("ancient", "1.8.0_392");
        Path fitting = installation("fitting", "21.0.4");
        Path newest = installation("newest", "25");
        Path none = folder.resolve("none");

        assertThat(NewerJava.first(21, List.of(none, ancient, old, fitting, newest)))
                .contains(fitting.resolve("bin/java"));
        assertThat(NewerJava.first(22, List.of(none, ancient, old, fitting, newest)))
                .contains(newest.resolve("bin/java"));
        assertThat(NewerJava.first(21, List.of(none, ancient, old))).isEmpty();
    }

    @Test
    void readsTheVariablesOfBuildServices() {
        Map<String, String> environment = Map.of(
                "JAVA_HOME_21_X64", "/a",
                "JAVA_21_HOME", "/b",
                "JAVA_HOME_25", "/c",
                "JAVA_HOME", "/d",
                "JAVA_TOOL_OPTIONS", "/e");

        assertThat(NewerJava.named(environment)).containsExactly(Path.of("/b"), Path.of("/a"), Path.of("/c"));
    }

    @Test
    void readsTheHomesOfJdksInToolchains() throws IOException {
        Path file = Files.writeString(folder.resolve("toolchains.xml"), """
                <toolchains>
                  <toolchain><type>jdk</type><configuration><jdkHome>/opt/17</jdkHome></configuration></toolchain>
                  <toolchain><type>jdk</type><configuration><jdkHome>
                    /opt/21
                  </jdkHome></configuration></toolchain>
                </toolchains>
                """);

        assertThat(NewerJava.toolchains(file)).containsExactly(Path.of("/opt/17"), Path.of("/opt/21"));
        assertThat(NewerJava.toolchains(folder.resolve("missing.xml"))).isEmpty();
    }

    private Path installation(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"%s\"%n".formatted(version));
        assertThat(Files.createFile(home.resolve("bin/java")).toFile().setExecutable(true))
                .isTrue();
        return home;
    }
}
