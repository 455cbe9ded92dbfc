package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShareLimitsTest {
    private static final ShareLimits LIMITS = new ShareLimits(0.1, 0.7, 0.05);

    @Test
    void sharesWithinTheLimitsStay() {
        Map<String, Double> wanted = Map.of("a", 0.33, "b", 0.67);

        close(LIMITS.apply(wanted, Map.of("a", 0.3, "b", 0.7)), Map.of("a", 0.33, "b", 0.67));
    }

    @Test
    void aShareChangesByTheGreatestChangeAtMost() {
        close(LIMITS.apply(Map.of("a", 0.6, "b", 0.4), Map.of("a", 0.4, "b", 0.6)), Map.of("a", 0.45, "b", 0.55));
    }

    @Test
    void aShareStaysBetweenFloorAndCeiling() {
        close(LIMITS.apply(Map.of("a", 0.9, "b", 0.1), Map.of("a", 0.68, "b", 0.32)), Map.of("a", 0.7, "b", 0.3));
        close(
                LIMITS.apply(Map.of("a", 0.01, "b", 0.49, "c", 0.5), Map.of("a", 0.12, "b", 0.44, "c", 0.44)),
                Map.of("a", 0.1, "b", 0.445, "c", 0.455)); // what a cannot give is taken from both
    }

    @Test
    void aShareOutsideMovesTowardsTheLimits() {
        close(LIMITS.apply(Map.of("a", 0.01, "b", 0.99), Map.of("a", 0.01, "b", 0.99)), Map.of("a", 0.06, "b", 0.94));
    }

    @Test
    void anySharesEndWithinAllLimits() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 1000; i++) {
            SortedMap<String, Double> before = LIMITS.apply(draw(random), Map.of("a", 0.33, "b", 0.33, "c", 0.34));
            SortedMap<String, Double> shares = LIMITS.apply(draw(random), before);

            assertThat(shares.values().stream().mapToDouble(Double::doubleValue).sum())
                    .isCloseTo(1, within(1e-12));
            shares.forEach((source, share) -> {
                assertThat(share).isBetween(0.1 - 1e-12, 0.7 + 1e-12);
                assertThat(share).isCloseTo(before.getOrDefault(source, 0.0), within(0.05 + 1e-12));
            });
        }
    }

    @Test
    void limitsThatCannotBeKeptAreRefused() {
        assertThatThrownBy(() -> new ShareLimits(0.4, 1, 0.1).check(3))
                .hasMessageStartingWith("floor 0.4 of 3 sources sums to 1.2");
        assertThatThrownBy(() -> new ShareLimits(0, 0.25, 0.1).check(3))
                .hasMessage("ceiling 0.25 of 3 sources sums to 0.75, below 1");
        assertThatThrownBy(() -> new ShareLimits(0.5, 0.4, 0.1)).hasMessage("ceiling 0.4 is not between 0.5 and 1.0");
    }

    @Test
    void limitsAreWidenedToFitTheSources() {
        assertThat(new ShareLimits(0.4, 1, 0.1).fitting(4)).isEqualTo(new ShareLimits(0.25, 1, 0.1));
        assertThat(new ShareLimits(0, 0.3, 0.1).fitting(2)).isEqualTo(new ShareLimits(0, 0.5, 0.1));
        assertThat(LIMITS.fitting(3)).isEqualTo(LIMITS);
    }

    private static SortedMap<String, Double> draw(SplittableRandom random) {
        double a = random.nextDouble();
        double b = random.nextDouble() * (1 - a);
        return new TreeMap<>(Map.of("a", a, "b", b, "c", 1 - a - b));
    }

    private static void close(SortedMap<String, Double> shares, Map<String, Double> expected) {
        assertThat(shares).containsOnlyKeys(expected.keySet());
        expected.forEach((source, share) -> assertThat(shares.get(source)).isCloseTo(share, within(1e-9)));
    }
}
