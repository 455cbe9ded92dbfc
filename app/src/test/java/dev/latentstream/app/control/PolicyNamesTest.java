package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyNamesTest {
    private final PolicyNames names = PolicyNames.of(
            new CaptioningSettings().levels(),
            List.of("latents-photos", "latents-scenes"),
            new Topics(""),
            new RecentImages(List.of(RecentImagesTest.image("fresh", 64, 64, Map.of("nsfw", 0.1f)))));

    @Test
    void theNamesOfBuiltInPoliciesAreKnown() {
        assertThat(names.unknown(PolicyRules.builtInCaption())).isEmpty();
        assertThat(names.unknown(PolicyRules.builtInMixture())).isEmpty();
        assertThat(names.unknown(PolicyRules.builtInFilter())).isEmpty();
    }

    @Test
    void aLevelThatTheSettingsLackIsReported() {
        CaptionPolicy policy = CaptionPolicy.newBuilder(PolicyRules.builtInCaption())
                .setLevels(List.of(new DensityLevel("dense", 1.0), new DensityLevel("dens", 1.0)))
                .build();

        assertThat(names.unknown(policy))
                .containsExactly("captioning.levels has no \"dens\"; it has dense, medium, short");
    }

    @Test
    void aMixturesUnknownSourceAndLevelAreReported() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("photos", 1.0, "phots", 2.0))
                .setLevelWeights(Map.of("long", 1.0))
                .build();

        assertThat(names.unknown(policy))
                .containsExactly(
                        "captioning.levels has no \"long\"; it has dense, medium, short",
                        "no latents of source \"phots\"; there are those of photos, scenes");
    }

    @Test
    void aPatternThatMatchesNoSourceIsReported() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("ph*", 1.0, "web-*", 2.0))
                .build();

        assertThat(names.unknown(policy))
                .containsExactly("no latents of source \"web-*\"; there are those of photos, scenes");
    }

    @Test
    void aScoreThatIsNotMeasuredIsReported() {
        FilterPolicy policy = FilterPolicy.newBuilder(PolicyRules.builtInFilter())
                .setMinScores(Map.of("sharpness", 20.0))
                .setMaxScores(Map.of("flatnes", 0.5, "nsfw", 0.3))
                .build();

        assertThat(names.unknown(policy))
                .containsExactly(
                        "no recent image has the score \"flatnes\"; there are contrast, flatness, nsfw, sharpness");
    }

    @Test
    void aScopeThatHasDeliveredNothingIsReported() {
        assertThat(names.unknownScope("phots"))
                .containsExactly(
                        "no latents and no recent images of source \"phots\"; there are those of fresh, photos, scenes");
        assertThat(names.unknownScope("photos")).isEmpty();
        assertThat(names.unknownScope("fresh")).isEmpty();
        assertThat(names.unknownScope("*")).isEmpty();
    }
}
