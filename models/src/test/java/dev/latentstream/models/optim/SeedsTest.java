package dev.latentstream.models.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void aDrawDependsOnItsPositionAlone() {
        assertThat(Seeds.random(1, "noise", 7, 3).nextLong())
                .isEqualTo(Seeds.random(1, "noise", 7, 3).nextLong());
    }

    @Test
    void neighbouringPositionsPurposesAndSeedsAllDiffer() {
        Set<Long> drawn = new HashSet<>();
        for (int seed = 0; seed < 10; seed++) {
            for (int step = 0; step < 100; step++) {
                for (int sample = 0; sample < 10; sample++) {
                    drawn.add(Seeds.random(seed, "noise", step, sample).nextLong());
                    drawn.add(Seeds.random(seed, "step", step, sample).nextLong());
                }
            }
        }
        assertThat(drawn).hasSize(20_000);
    }

    @Test
    void theFirstDrawsOfNeighbouringPositionsAreUniform() {
        double sum = 0;
        double squares = 0;
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            double value = Seeds.random(42, "mixture", i).nextDouble();
            sum += value;
            squares += value * value;
        }
        // standard errors: 1 / sqrt(12 n) = 0.0009 and sqrt(4 / 45 n) = 0.0009
        assertThat(sum / count).isCloseTo(0.5, within(0.004));
        assertThat(squares / count).isCloseTo(1.0 / 3, within(0.004));
    }
}
