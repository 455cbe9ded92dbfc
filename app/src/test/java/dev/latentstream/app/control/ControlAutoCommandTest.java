package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.Commands;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages for options that are out of bounds; no cluster is asked. */
class ControlAutoCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--run=r --floor=-0.1 | floor -0.1 is not between 0.0 and 1.0",
                "--run=r --floor=NaN | floor NaN is not between 0.0 and 1.0",
                "--run=r --floor=0.5 --ceiling=0.2 | ceiling 0.2 is not between 0.5 and 1.0",
                "--run=r --max-change=0 | max-change 0.0 is not between 1.0E-6 and 1.0",
                "--run=r --interval=-1 | interval -1.0 is not between 0.0 and 86400.0",
                "--run=r --silence=0 | silence 0.0 is not between 1.0 and 86400.0",
                "--run=r --lease=0 | lease 0 is not between 1 and 1000000000",
                "--run=r --smoothing=1 | smoothing 1.0 is not between 0.0 and 0.9999",
                "--run=r --method=best | Invalid value for option '--method': 'best' is not one of odm",
                "--run= | run is empty",
                "--floor=0.1 | Missing required option: '--run=R'"
            })
    void aWrongOptionIsNamedWithItsBound(String options, String message) {
        String error = new Commands().usageError(("control auto " + options).split(" "));

        assertThat(error)
                .startsWith("latentstream control auto: ")
                .contains(message)
                .hasLineCount(1);
    }
}
