package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrapezoidRateTest {
    private final TrapezoidRate rate = new TrapezoidRate(0.1, 9, 100);

    @Test
    void risesStaysAndFalls() {
        assertThat(rate.at(0)).isCloseTo(0.01, within(1e-12));
        assertThat(rate.at(9)).isEqualTo(0.1);
        assertThat(rate.at(75)).isEqualTo(0.1);
        assertThat(rate.at(90)).isCloseTo(0.04, within(1e-12));
    }

    @Test
    void neverFallsBelowAHundredthOfThePeak() {
        assertThat(rate.at(100)).isCloseTo(0.001, within(1e-12));
    }
}
