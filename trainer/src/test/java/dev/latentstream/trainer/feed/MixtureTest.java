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

    @Test
    void aSourceThatAppearsHasTheWeightOfThePatternThatMatchesIt() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("photos", 2.0, "web-*", 1.0, "web-nsfw-*", 0.0))
                .setDefaultWeight(0)
                .build();

        assertThat(Mixture.shares(policy, List.of("photos", "web-1", "web-2", "web-nsfw-1", "other")))
                .isEqualTo(Map.of("photos", 0.5, "web-1", 0.25, "web-2", 0.25));
    }

    @Test
    void theObjectiveHasItsOwnWeightsForTheSourcesThatAreSampled() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("photos", 1.0, "web-*", 4.0, "off", 0.0))
                .setObjectiveWeights(Map.of("photos", 3.0, "web-*", 1.0))
                .build();
        List<String> sources = List.of("photos", "web-1", "new", "off");

        assertThat(Mixture.objective(policy, sources))
                .isEqualTo(Map.of("photos", 0.6, "web-1", 0.2, "new", 0.2)); // the weight 1 of new is its default
        assertThat(Mixture.shares(policy, sources))
                .isEqualTo(Map.of("photos", 1.0 / 6, "web-1", 4.0 / 6, "new", 1.0 / 6));
        assertThat(Mixture.lossWeight(policy, sources, "photos")).isCloseTo(3.6, within(1e-12));
        assertThat(Mixture.lossWeight(policy, sources, "web-1")).isCloseTo(0.3, within(1e-12));
        assertThat(Mixture.lossWeight(policy, sources, "new")).isCloseTo(1.2, within(1e-12));
    }

    @Test
    void withoutObjectiveWeightsEveryLossHasWeightOne() {
        assertThat(Mixture.lossWeight(THREE_TO_ONE, List.of("photos", "scenes", "new"), "photos"))
                .isEqualTo(1);
        assertThat(Mixture.objective(THREE_TO_ONE, List.of("photos", "scenes")))
                .isEqualTo(Map.of("photos", 0.75, "scenes", 0.25));
    }

    /** The mean of weighted losses estimates the loss of the objective's mixture: 0.25 * 8 + 0.75 * 2 here. */
    @Test
    void theMeanOfWeightedLossesIsThatOfTheObjectiveWhateverIsSampled() {
        Map<String, Double> losses = Map.of("photos", 8.0, "scenes", 2.0);
        List<String> sources = List.of("photos", "scenes");
        for (double sampled : new double[] {0.1, 1, 10}) {
            MixturePolicy policy = MixturePolicy.newBuilder()
                    .setSourceWeights(Map.of("photos", sampled, "scenes", 1.0))
                    .setObjectiveWeights(Map.of("photos", 1.0, "scenes", 3.0))
                    .build();
            SortedMap<String, Double> shares = Mixture.shares(policy, sources);
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < DRAWS; i++) {
                String source = Mixture.draw(shares, 7, "source", i).orElseThrow();
                double loss = Mixture.lossWeight(policy, sources, source) * losses.getOrDefault(source, 0.0);
                sum += loss;
                squares += loss * loss;
            }

            double mean = sum / DRAWS;
            double standardError = Math.sqrt((squares / DRAWS - mean * mean) / DRAWS);
            assertThat(mean).isCloseTo(0.25 * 8 + 0.75 * 2, within(4 * standardError));
        }
    }
}
