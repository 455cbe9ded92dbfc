package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenSamplingTest {
    private static final float[] SCORES = {(float) Math.log(0.1), (float) Math.log(0.6), (float) Math.log(0.3)};

    @Test
    void aSmallNucleusContainsTheMostProbableTokenAlone() {
        assertThat(shares(new DecodingStrategy.Nucleus(0.5, 1, 0))).containsExactly(0, 1, 0);
    }

    @Test
    void aNucleusDropsTheTailAndKeepsTheRatiosOfTheRest() {
        double[] shares = shares(new DecodingStrategy.Nucleus(0.85, 1, 0));

        assertThat(shares[0]).isZero();
        assertThat(shares[1]).isCloseTo(2 / 3.0, within(0.03));
    }

    @Test
    void aHighTemperatureFlattensTheDistribution() {
        assertThat(shares(new DecodingStrategy.Nucleus(1, 1000, 0))[0]).isCloseTo(1 / 3.0, within(0.03));
    }

    private static double[] shares(DecodingStrategy.Nucleus nucleus) {
        SplittableRandom random = new SplittableRandom(3);
        double[] shares = new double[3];
        int draws = 5000;
        for (int i = 0; i < draws; i++) {
            shares[TokenSampling.nucleus(SCORES, nucleus, random)] += 1.0 / draws;
        }
        for (int i = 0; i < 3; i++) {
            shares[i] = Math.round(shares[i] * 1e9) / 1e9;
        }
        return shares;
    }
}
