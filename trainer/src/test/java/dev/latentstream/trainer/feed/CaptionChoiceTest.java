package dev.latentstream.trainer.feed;

import static dev.latentstream.trainer.Fixtures.alt;
import static dev.latentstream.trainer.Fixtures.synthetic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.Fixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaptionChoiceTest {
    private static final int DRAWS = 20_000;
    private static final List<Caption> BOTH = List.of(
            alt("IMG_1"),
            synthetic("s1", "short"),
            synthetic("s2", "short"),
            synthetic("s3", "short"),
            synthetic("d1", "dense"));

    @Test
    void choicesFollowThePolicyWithinFourStandardErrors() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setCaptionDrop(0.1)
                .setAltTextProbability(0.2)
                .setLevelWeights(Map.of("dense", 0.7, "short", 0.3))
                .build();

        Map<String, Double> shares = shares(BOTH, policy);

        expect(shares, "none", 0.1);
        expect(shares, "alt", 0.9 * 0.2);
        expect(shares, "dense", 0.9 * 0.8 * 0.7); // though three of four synthetic captions are short
        expect(shares, "short", 0.9 * 0.8 * 0.3);
    }

    @Test
    void withoutSyntheticCaptionsTheAltTextIsChosen() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setCaptionDrop(0)
                .setAltTextProbability(0)
                .build();

        assertThat(shares(List.of(alt("IMG_1")), policy)).isEqualTo(Map.of("alt", 1.0));
    }

    @Test
    void withoutAltTextASyntheticCaptionIsChosen() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setCaptionDrop(0)
                .setAltTextProbability(1)
                .build();

        assertThat(shares(List.of(synthetic("d1", "dense")), policy)).isEqualTo(Map.of("dense", 1.0));
    }

    @Test
    void anImageWhoseLevelsAllHaveWeightZeroKeepsItsCaptions() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setCaptionDrop(0)
                .setLevelWeights(Map.of("short", 0.0))
                .build();

        assertThat(shares(List.of(synthetic("s1", "short")), policy)).isEqualTo(Map.of("short", 1.0));
    }

    @Test
    void aChoiceDependsOnTheSampleAlone() {
        int later = CaptionChoice.of(BOTH, Fixtures.policy(), 5, 99);
        for (int i = 0; i < 99; i++) {
            CaptionChoice.of(BOTH, Fixtures.policy(), 5, i);
        }

        assertThat(CaptionChoice.of(BOTH, Fixtures.policy(), 5, 99)).isEqualTo(later);
    }

    private static Map<String, Double> shares(List<Caption> captions, MixturePolicy policy) {
        Map<String, Double> shares = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            int choice = CaptionChoice.of(captions, policy, 3, i);
            shares.merge(CaptionChoice.name(captions, choice), 1.0, Double::sum);
        }
        shares.replaceAll((name, count) -> count / DRAWS);
        return shares;
    }

    private static void expect(Map<String, Double> shares, String name, double share) {
        double bound = 4 * Math.sqrt(share * (1 - share) / DRAWS);
        assertThat(shares.getOrDefault(name, 0.0)).as(name).isCloseTo(share, within(bound));
    }
}
