package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command that cannot start gives scripts an exit code and one line. */
class ExitCodesIT {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "demo --steps=many | 2 | latentstream demo: Invalid value for option '--steps'",
                "models reconstruct | 2 | latentstream models reconstruct: Missing required option: '--images=DIR'",
                "demo --images=missing | 1 | latentstream: missing is not a folder; check the path",
                "ingest --config=broken.yaml | 1 | latentstream: ",
            })
    void aCommandThatCannotBeginSaysWhyInOneLine(String command, int exitCode, String message) throws Exception {
        Files.writeString(folder.resolve("broken.yaml"), "ingest: {colour: red}");

        Ended ended = CommandProcess.run(folder, List.of(command.split(" ", -1)));

        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).singleElement().satisfies(line -> assertThat(line)
                .startsWith(message));
    }

    @Test
    void versionAndHelpSucceed() throws Exception {
        Ended version = CommandProcess.run(folder, List.of("--version"));

        assertThat(version.exitCode()).isZero();
        assertThat(version.err()).isEmpty();
        assertThat(version.text()).startsWith("latentstream ");
    }
}
