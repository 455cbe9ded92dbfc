package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** The expected numbers are those of the paper's formulas in Python. */
class OnlineDataMixingTest {
    private static final double PRECISION = 1e-12;

    @Test
    void ofTwoSourcesTheOneWithTheHigherLossIsSampledMore() {
        OnlineDataMixing mixing = new OnlineDataMixing(0.9);
        Map<String, Double> losses = Map.of("a", 1.0, "b", 3.0);
        Map<String, Double> sampled = Map.of("a", 0.5, "b", 0.5);
        double[] expected = {0.5083444730575541, 0.5251180614249444, 0.5374615267938794, 0.5472816927213418};

        for (double share : expected) {
            SortedMap<String, Double> next = mixing.next(losses, sampled);
            assertThat(next.get("b")).isCloseTo(share, within(PRECISION));
            assertThat(next.get("a")).isCloseTo(1 - share, within(PRECISION));
        }
    }

    @Test
    void rewardsAreLossesOverShares() {
        OnlineDataMixing mixing = new OnlineDataMixing(0.5);
        Map<String, Double> sampled = Map.of("a", 0.2, "b", 0.3, "c", 0.5);

        assertThat(mixing.next(Map.of("a", 0.2, "b", 0.4), sampled)) // c has no sample
                .allSatisfy((source, share) -> assertThat(share).isCloseTo(1.0 / 3, within(PRECISION)));
        mixing.next(Map.of("a", 0.2, "b", 0.5, "c", 0.1), sampled);
        Map<String, Double> alike = Map.of("a", 0.3, "b", 0.3, "c", 0.3);
        mixing.next(alike, sampled);
        mixing.next(alike, sampled);
        SortedMap<String, Double> last = mixing.next(alike, sampled);

        assertThat(last.get("a")).isCloseTo(0.3432254304626245, within(PRECISION));
        assertThat(last.get("b")).isCloseTo(0.3336993209130359, within(PRECISION));
        assertThat(last.get("c")).isCloseTo(0.3230752486243397, within(PRECISION));
    }

    @Test
    void hugeLossesDoNotOverflow() {
        OnlineDataMixing mixing = new OnlineDataMixing(0);
        Map<String, Double> losses = Map.of("a", 1e6, "b", 1.0);
        mixing.next(losses, Map.of("a", 0.5, "b", 0.5));

        double share = mixing.next(losses, Map.of("a", 0.5, "b", 0.5)).getOrDefault("a", 0.0);

        double exploration = Math.sqrt(Math.log(2) / (2 * 3));
        assertThat(share).isCloseTo(1 - exploration, within(PRECISION));
    }
}
