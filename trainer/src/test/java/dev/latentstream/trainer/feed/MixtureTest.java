package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.schemas.MixturePolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MixtureTest {
    private static final int DRAWS = 20_000;
    private static final MixturePolicy THREE_TO_ONE = MixturePolicy.newBuilder()
            .setSourceWeights(Map.of("photos", 3.0, "scenes", 1.0, "off", 0.0))
            .setDefaultWeight(2.0)
            .build();

    @Test
    void sharesAreTheWeightsOfTheSourcesThatThereAre() {
        SortedMap<String, Double> shares = Mixture.shares(THREE_TO_ONE, List.of("scenes", "photos", "off", "new"));

        assertThat(shares).isEqualTo(Map.of("photos", 0.5, "scenes", 1.0 / 6, "new", 1.0 / 3));
    }

    @Test
    void realisedSharesStayWithinFourStandardErrors() {
        SortedMap<String, Double> shares = Mixture.shares(THREE_TO_ONE, List.of("photos", "scenes"));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(Mixture.draw(shares, 7, "source", i).orElseThrow(), 1, Integer::sum);
        }

        double bound = 4 * Math.sqrt(0.75 * 0.25 / DRAWS);
        assertThat((double) counts.getOrDefault("photos", 0) / DRAWS).isCloseTo(0.75, within(bound));
    }

    @Test
    void aSampleHasTheSameSourceWheneverItIsDrawn() {
        SortedMap<String, Double> shares = Mixture.shares(THREE_TO_ONE, List.of("photos", "scenes"));
        List<String> forwards = LongStream.range(0, 50)
                .mapToObj(i -> Mixture.draw(shares, 7, "source", i).orElseThrow())
                .toList();
        List<String> backwards = LongStream.range(0, 50)
                .mapToObj(i -> Mixture.draw(shares, 7, "source", 49 - i).orElseThrow())
                .toList();

        for (int i = 0; i < 50; i++) {
            assertThat(backwards.get(49 - i)).isEqualTo(forwards.get(i));
        }
    }

    @Test
    void nothingIsDrawnWhereEverySourceHasWeightZero() {
        SortedMap<String, Double> shares = Mixture.shares(THREE_TO_ONE, List.of("off"));

        assertThat(Mixture.draw(shares, 7, "source", 0)).isEmpty();
    }
}
