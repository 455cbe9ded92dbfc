package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.RampShape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyDifferenceTest {
    @Test
    void namesEachFieldThatDiffers() {
        MixturePolicy first = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("a", 1.0, "b", 2.0))
                .setCaptionDrop(0.1)
                .build();
        MixturePolicy second = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("a", 3.0, "c", 2.0))
                .setCaptionDrop(0.2)
                .build();

        assertThat(lines(first, second))
                .containsExactly(
                        "caption_drop: 0.1 -> 0.2",
                        "source_weights.a: 1.0 -> 3.0",
                        "source_weights.b: removed 2.0",
                        "source_weights.c: added 2.0");
    }

    @Test
    void comparesLevelsByName() {
        CaptionPolicy first = captions(new DensityLevel("short", 1.0), new DensityLevel("dense", 1.0));
        CaptionPolicy swapped = captions(new DensityLevel("dense", 2.0), new DensityLevel("short", 1.0));

        assertThat(lines(first, swapped)).containsExactly("levels.dense.weight: 1.0 -> 2.0");
    }

    @Test
    void showsRampsAsTheyAreWritten() {
        MixtureRamp late = new MixtureRamp(MixtureDial.ALT_TEXT_PROBABILITY, "", RampShape.HOLD, 90L, 90L, 0.2);
        MixtureRamp early = new MixtureRamp(MixtureDial.ALT_TEXT_PROBABILITY, "", RampShape.LINEAR, 10L, 50L, 0.1);

        assertThat(lines(scheduled(), scheduled(late, early)))
                .containsExactly("schedule: [] -> [\"alt-text=hold:90:0.2\",\"alt-text=linear:10-50:0.1\"]");
        assertThat(lines(scheduled(early, late), scheduled(late, early))).isEmpty();
    }

    private static MixturePolicy scheduled(MixtureRamp... ramps) {
        return MixturePolicy.newBuilder().setSchedule(List.of(ramps)).build();
    }

    @Test
    void equalPoliciesHaveNone() {
        CaptionPolicy policy = captions(new DensityLevel("short", 1.0));

        assertThat(lines(policy, policy)).isEmpty();
    }

    private static CaptionPolicy captions(DensityLevel... levels) {
        return new CaptionPolicy(5, List.of(levels), true);
    }

    private static List<String> lines(Object first, Object second) {
        return PolicyDifference.between(policy(1, first), policy(2, second)).stream()
                .map(PolicyDifference::line)
                .toList();
    }

    private static Policy policy(long version, Object body) {
        return new Policy(version, "ada", Instant.EPOCH, body, "");
    }
}
