package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void risesEvenlyToItsPeakAndStaysThere() {
        LearningRate rate = new LearningRate(0.5, 4);

        assertThat(new double[] {rate.at(0), rate.at(1), rate.at(2), rate.at(3), rate.at(4), rate.at(1000)})
                .containsExactly(0.125, 0.25, 0.375, 0.5, 0.5, 0.5);
    }

    @Test
    void withoutWarmUpBeginsAtItsPeak() {
        assertThat(new LearningRate(0.5, 0).at(0)).isEqualTo(0.5);
    }

    @Test
    void refusesARateOfZero() {
        assertThatThrownBy(() -> new LearningRate(0, 4)).hasMessage("learning rate 0.0 is not between 0 and 1");
    }
}
