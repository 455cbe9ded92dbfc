package dev.latentstream.app.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void endsAndTicksAreRound() {
        Axis axis = Axis.over(0.213, 0.987);

        assertThat(axis.ticks().stream().map(axis::label)).containsExactly("0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(axis.fraction(0.6)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void thousandsHaveNoDecimals() {
        Axis axis = Axis.over(1, 4_000);

        assertThat(axis.ticks().stream().map(axis::label)).containsExactly("0", "1,000", "2,000", "3,000", "4,000");
    }

    @Test
    void oneValueHasAScaleToo() {
        Axis axis = Axis.over(0.5);

        assertThat(axis.high()).isGreaterThan(axis.low());
        assertThat(axis.fraction(0.5)).isBetween(0.0, 1.0);
    }
}
