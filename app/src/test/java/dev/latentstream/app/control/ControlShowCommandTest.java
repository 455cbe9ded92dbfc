package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.Commands;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlShowCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"caption", "--source=photos", "--at-version=3", "mixture --at-version=1"})
    void aRunIsShownWithoutAChoiceOfPolicies(String choice) {
        String error = new Commands().usageError(("control show --run=r " + choice).split(" "));

        assertThat(error)
                .startsWith("latentstream control show: --run prints the mixture that is in force in a run: leave KIND,"
                        + " --source and --at-version out")
                .hasLineCount(1);
    }
}
