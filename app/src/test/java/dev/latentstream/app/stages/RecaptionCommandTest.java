package dev.latentstream.app.stages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.Commands;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for options that are out of bounds; no cluster is asked. */
class RecaptionCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--dry-run | Missing required option: '--source=NAME'",
                "--source=a/b | source \"a/b\" is not 1 to 100 letters, digits and hyphens",
                "--source= | source \"\" is not 1 to 100 letters, digits and hyphens",
                "--source=a --since=yesterday | since \"yesterday\" is no time such as 2026-11-01 or 2026-11-01T10:00:00Z",
                "--source=a --since=2026-13-01 | since \"2026-13-01\" is no time such as 2026-11-01",
                "--source=a --rate=0 | rate 0.0 is not between 0.001 and 1000000.0",
                "--source=a --rate=NaN | rate NaN is not between 0.001 and 1000000.0",
                "--source=a --rate=fast | Invalid value for option '--rate': 'fast' is not a double",
                "--source=a --device=tpu | tpu is not cpu, gpu0, gpu1, ...",
                "--source=a --http-port=65536 | port 65536 is not between 0 and 65535"
            })
    void aWrongOptionIsNamedWithItsBound(String options, String message) {
        String error = new Commands().usageError(("recaption " + options).split(" "));

        assertThat(error)
                .startsWith("latentstream recaption: ")
                .contains(message)
                .hasLineCount(1);
    }
}
