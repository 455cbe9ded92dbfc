package dev.latentstream.runtime.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRulesTest {
    @Test
    void builtInPoliciesAreValid() {
        FilterPolicy filter = PolicyRules.builtInFilter();
        CaptionPolicy caption = PolicyRules.builtInCaption();
        MixturePolicy mixture = PolicyRules.builtInMixture();

        PolicyRules.check(filter);
        PolicyRules.check(caption);
        PolicyRules.check(mixture);

        assertThat(filter).isEqualTo(filter(64, 3.0, Map.of(), Map.of()));
        assertThat(caption.getCaptionsPerImage()).isEqualTo(5);
        assertThat(caption.getLevels())
                .containsExactly(
                        new DensityLevel("short", 1.0),
                        new DensityLevel("medium", 1.0),
                        new DensityLevel("dense", 1.0));
        assertThat(caption.getKeepAltText()).isTrue();
        assertThat(mixture).isEqualTo(new MixturePolicy(Map.of(), 1.0, 0.5, Map.of(), 0.1, Map.of(), List.of()));
    }

    @Test
    void filterBounds() {
        FilterPolicy far = filter(64, 3.0, Map.of(), Map.of());
        far.setNearDuplicateDistance(65);
        assertRefused(() -> PolicyRules.check(far), "near_duplicate_distance 65 is not between 0 and 64");
        FilterPolicy malformed = filter(64, 3.0, Map.of(), Map.of());
        malformed.setRequire("license in cc0");
        assertRefused(
                () -> PolicyRules.check(malformed),
                "require: rule \"license in cc0\", character 12: expected (, found \"cc0\"");
        assertRefused(() -> PolicyRules.check(filter(0, 3.0, Map.of(), Map.of())), "min_side 0 is below 1");
        assertRefused(
                () -> PolicyRules.check(filter(64, 0.5, Map.of(), Map.of())),
                "max_aspect_ratio 0.5 is not between 1.0 and " + Double.MAX_VALUE);
        assertRefused(
                () -> PolicyRules.check(filter(64, 3.0, Map.of("sharpness", Double.NaN), Map.of())),
                "min_scores sharpness NaN is not between " + -Double.MAX_VALUE + " and " + Double.MAX_VALUE);
        assertRefused(
                () -> PolicyRules.check(filter(64, 3.0, Map.of("sharpness", 2.0), Map.of("sharpness", 1.0))),
                "min_scores sharpness 2.0 is above its max_scores 1.0");
        assertRefused(
                () -> PolicyRules.check(filter(64, 3.0, Map.of(" ", 2.0), Map.of())), "min_scores: a name is empty");
    }

    @Test
    void boundsOfTexts() {
        assertRefused(() -> PolicyRules.check(texts(5, 4, "en")), "alt_text.min_words 5 is above its max_words 4");
        assertRefused(() -> PolicyRules.check(texts(-1, 4, "en")), "alt_text.min_words -1 is below 0");
        assertThatThrownBy(() -> PolicyRules.check(texts(1, 0, "xx")))
                .hasMessageStartingWith("alt_text.languages: \"xx\" is none of ar, bg, ca,");
        assertThatCode(() -> PolicyRules.check(texts(5, 0, "en"))).doesNotThrowAnyException();
    }

    private static FilterPolicy texts(int minWords, int maxWords, String language) {
        FilterPolicy policy = filter(64, 3.0, Map.of(), Map.of());
        policy.setAltText(AltTextPolicy.newBuilder()
                .setMinWords(minWords)
                .setMaxWords(maxWords)
                .setLanguages(List.of(language))
                .build());
        return policy;
    }

    @Test
    void captionBounds() {
        DensityLevel dense = new DensityLevel("dense", 1.0);
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(0, List.of(dense), true)),
                "captions_per_image 0 is not between 1 and 64");
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(65, List.of(dense), true)),
                "captions_per_image 65 is not between 1 and 64");
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(1, List.of(), true)),
                "levels: the weights sum to 0.0, not above 0");
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(1, List.of(new DensityLevel("dense", 0.0)), true)),
                "levels: the weights sum to 0.0, not above 0");
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(1, List.of(new DensityLevel("dense", -1.0)), true)),
                "levels dense -1.0 is neither 0 nor between 1.0E-9 and 1.0E12");
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(1, List.of(dense, dense), true)), "levels names dense twice");
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(1, List.of(new DensityLevel("", 1.0)), true)),
                "levels: a name is empty");
    }

    @Test
    void mixtureBounds() {
        assertRefused(
                () -> PolicyRules.check(
                        new MixturePolicy(Map.of("a", -0.1), 1.0, 0.5, Map.of(), 0.1, Map.of(), List.of())),
                "source_weights a -0.1 is neither 0 nor between 1.0E-9 and 1.0E12");
        assertRefused(
                () -> PolicyRules.check(
                        new MixturePolicy(Map.of("a", 0.0), 0.0, 0.5, Map.of(), 0.1, Map.of(), List.of())),
                "source_weights with default_weight 0: the weights sum to 0.0, not above 0");
        assertRefused(
                () -> PolicyRules.check(new MixturePolicy(Map.of(), 1.0, 1.5, Map.of(), 0.1, Map.of(), List.of())),
                "alt_text_probability 1.5 is not between 0.0 and 1.0");
        assertRefused(
                () -> PolicyRules.check(new MixturePolicy(Map.of(), 1.0, 0.5, Map.of(), -0.1, Map.of(), List.of())),
                "caption_drop -0.1 is not between 0.0 and 1.0");
        assertRefused(
                () -> PolicyRules.check(new MixturePolicy(
                        Map.of(), 1.0, 0.5, Map.of("dense", Double.POSITIVE_INFINITY), 0.1, Map.of(), List.of())),
                "level_weights dense Infinity is neither 0 nor between 1.0E-9 and 1.0E12");
        assertThatCode(() -> PolicyRules.check(
                        new MixturePolicy(Map.of("a", 1.0), 0.0, 0.0, Map.of(), 1.0, Map.of(), List.of())))
                .doesNotThrowAnyException();
    }

    /** The sum of 1e308 and 1e308 is infinite, and the shares of the smallest doubles cannot be told apart. */
    @ParameterizedTest
    @ValueSource(doubles = {1e308, 1.1e12, 0.9e-9, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, -1})
    void weightsWhoseSumsAreNotExactEnoughAreRefused(double weight) {
        String why = " %s is neither 0 nor between 1.0E-9 and 1.0E12".formatted(weight);
        assertRefused(
                () -> PolicyRules.check(
                        new MixturePolicy(Map.of("a", weight), 1.0, 0.5, Map.of(), 0.1, Map.of(), List.of())),
                "source_weights a" + why);
        assertRefused(
                () -> PolicyRules.check(new MixturePolicy(Map.of(), weight, 0.5, Map.of(), 0.1, Map.of(), List.of())),
                "default_weight" + why);
        assertRefused(
                () -> PolicyRules.check(
                        new MixturePolicy(Map.of(), 1.0, 0.5, Map.of("dense", weight), 0.1, Map.of(), List.of())),
                "level_weights dense" + why);
        assertRefused(
                () -> PolicyRules.check(new CaptionPolicy(1, List.of(new DensityLevel("dense", weight)), true)),
                "levels dense" + why);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 1, 1e12})
    void weightsWithinTheBoundsAreAccepted(double weight) {
        assertThatCode(() -> PolicyRules.check(new MixturePolicy(
                        Map.of("a", weight), 1.0, 0.5, Map.of("dense", weight), 0.0, Map.of(), List.of())))
                .doesNotThrowAnyException();
    }

    @Test
    void aRecordFitsItsKey() {
        CaptionPolicy caption = PolicyRules.builtInCaption();

        assertThatCode(() -> PolicyRules.check("caption/photos", policy(1, caption)))
                .doesNotThrowAnyException();
        assertRefused(
                () -> PolicyRules.check("caption", policy(1, caption)),
                "key \"caption\" is not filter/, caption/ or mixture/ followed by a scope");
        assertRefused(
                () -> PolicyRules.check("caption/", policy(1, caption)),
                "key \"caption/\" is not filter/, caption/ or mixture/ followed by a scope");
        assertRefused(
                () -> PolicyRules.check("filter/photos", policy(1, caption)),
                "key \"filter/photos\" has a CaptionPolicy, not a FilterPolicy");
        assertRefused(() -> PolicyRules.check("caption/photos", policy(0, caption)), "version 0 is below 1");
        assertRefused(
                () -> PolicyRules.check("mixture/photos", policy(1, PolicyRules.builtInMixture())),
                "key \"mixture/photos\": a mixture has the scope *");
    }

    private static Policy policy(long version, Object body) {
        return new Policy(version, "ada", Instant.EPOCH, body, "");
    }

    private static void assertRefused(ThrowingCallable check, String message) {
        assertThatThrownBy(check).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static FilterPolicy filter(
            int minSide, double maxAspectRatio, Map<String, Double> minScores, Map<String, Double> maxScores) {
        return FilterPolicy.newBuilder()
                .setMinSide(minSide)
                .setMaxAspectRatio(maxAspectRatio)
                .setMinScores(minScores)
                .setMaxScores(maxScores)
                .build();
    }
}
