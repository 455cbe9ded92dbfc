package dev.latentstream.models.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void risesLinearlyToItsPeakAndStaysThere() {
        LearningRate rate = new LearningRate(0.5, 4);

        assertThat(new double[] {rate.at(0), rate.at(1), rate.at(2), rate.at(3), rate.at(4), rate.at(1000)})
                .containsExactly(0.125, 0.25, 0.375, 0.5, 0.5, 0.5);
    }

    @Test
    void withoutWarmUpBeginsAtItsPeak() {
        assertThat(new LearningRate(0.5, 0).at(0)).isEqualTo(0.5);
    }

    @Test
    void fallsLinearlyAtTheEndToAHundredth() {
        LearningRate rate = new LearningRate(0.1, 10, 100, 0.25);

        assertThat(rate.at(0)).isCloseTo(0.01, within(1e-12));
        assertThat(rate.at(9)).isEqualTo(0.1);
        assertThat(rate.at(75)).isEqualTo(0.1);
        assertThat(rate.at(90)).isCloseTo(0.04, within(1e-12));
        assertThat(rate.at(100)).isCloseTo(0.001, within(1e-12));
        assertThat(rate.at(200)).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void theRateOfAnOpenEndedRunDoesNotFall() {
        assertThat(new LearningRate(0.5, 0, 0, 0.25).at(1_000_000)).isEqualTo(0.5);
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> new LearningRate(0, 4)).hasMessage("learning rate 0.0 is not between 0 and 1");
        assertThatThrownBy(() -> new LearningRate(0.1, 4, -1, 0))
                .hasMessage("a warm-up of 4 steps in a run of -1; neither may be below 0");
        assertThatThrownBy(() -> new LearningRate(0.1, 4, 10, 1.5))
                .hasMessage("a cool-down of 1.5 of a run is not between 0 and 1");
    }
}
