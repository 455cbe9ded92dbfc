package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.rules.AttributeRule;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.TextLanguages;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** The rules that a policy must satisfy to be written and to be applied. Each refusal names the value and the bound. */
public final class PolicyRules {
    /** Each caption costs one run of a model, so more than this are taken for a typing error. */
    static final int MOST_CAPTIONS = 64;

    /** Unrelated images differ in more bits of 256 than this, with few exceptions, and the index finds most that differ in fewer. */
    static final int MOST_NEAR_BITS = 64;

    /** A weight that is not 0 is within these, so that neither a sum of weights nor a share of it overflows or vanishes. */
    static final double LEAST_WEIGHT = 1e-9;

    static final double GREATEST_WEIGHT = 1e12;

    private PolicyRules() {}

    /** The filter policy in force while {@code control} has none: any photograph that a model could learn from. */
    public static FilterPolicy builtInFilter() {
        return FilterPolicy.newBuilder().setMinSide(64).setMaxAspectRatio(3.0).build();
    }

    /** The caption policy in force while {@code control} has none: five captions, each of a random density. */
    public static CaptionPolicy builtInCaption() {
        return CaptionPolicy.newBuilder()
                .setCaptionsPerImage(5)
                .setLevels(List.of(
                        new DensityLevel("short", 1.0),
                        new DensityLevel("medium", 1.0),
                        new DensityLevel("dense", 1.0)))
                .build();
    }

    /** The mixture policy in force while {@code control} has none: every source with the same weight. */
    public static MixturePolicy builtInMixture() {
        return MixturePolicy.newBuilder().build();
    }

    /** The built-in policy of a kind. */
    static SpecificRecord builtIn(PolicyKind kind) {
        return switch (kind) {
            case FILTER -> builtInFilter();
            case CAPTION -> builtInCaption();
            case MIXTURE -> builtInMixture();
        };
    }

    /**
     * Refuses a record of {@code control} that breaks a rule.
     *
     * @throws IllegalArgumentException with the value and the bound
     */
    public static void check(String key, Policy policy) {
        PolicyKind kind = PolicyKind.ofKey(key)
                .orElseThrow(() -> new IllegalArgumentException(
                        "key \"%s\" is not filter/, caption/ or mixture/ followed by a scope".formatted(key)));
        Checks.atLeast("version", policy.getVersion(), 1);
        Object body = policy.getPolicy();
        if (!kind.type().isInstance(body)) {
            throw new IllegalArgumentException("key \"%s\" has a %s, not a %s"
                    .formatted(key, body.getClass().getSimpleName(), kind.type().getSimpleName()));
        }
        if (kind == PolicyKind.MIXTURE && !key.equals(kind.key(PolicyKind.EVERYWHERE))) {
            throw new IllegalArgumentException("key \"%s\": a mixture has the scope *".formatted(key));
        }
        checkBody(body);
    }

    private static void checkBody(Object body) {
        if (body instanceof FilterPolicy filter) {
            check(filter);
        } else if (body instanceof CaptionPolicy caption) {
            check(caption);
        } else if (body instanceof MixturePolicy mixture) {
            check(mixture);
        }
    }

    /** Refuses a policy that would admit no image or could not be applied. */
    public static void check(FilterPolicy policy) {
        Checks.atLeast("min_side", policy.getMinSide(), 1);
        Checks.between("max_aspect_ratio", policy.getMaxAspectRatio(), 1, Double.MAX_VALUE);
        Checks.between("near_duplicate_distance", policy.getNearDuplicateDistance(), 0, MOST_NEAR_BITS);
        checkScores("min_scores", policy.getMinScores());
        checkScores("max_scores", policy.getMaxScores());
        checkRequire(policy.getRequire());
        policy.getAltText().ifPresent(PolicyRules::check);
        policy.getMinScores().forEach((name, least) -> {
            Double greatest = policy.getMaxScores().get(name);
            if (greatest != null && least > greatest) {
                throw new IllegalArgumentException(
                        "min_scores %s %s is above its max_scores %s".formatted(name, least, greatest));
            }
        });
    }

    /** Refuses a policy without a level to draw, or with one level twice. */
    public static void check(CaptionPolicy policy) {
        Checks.between("captions_per_image", policy.getCaptionsPerImage(), 1, MOST_CAPTIONS);
        Set<String> names = new HashSet<>();
        for (DensityLevel level : policy.getLevels()) {
            Checks.nonBlank("levels: a name", level.getName());
            checkWeight("levels " + level.getName(), level.getWeight());
            if (!names.add(level.getName())) {
                throw new IllegalArgumentException("levels names %s twice".formatted(level.getName()));
            }
        }
        checkSum(
                "levels",
                policy.getLevels().stream().map(DensityLevel::getWeight).toList());
    }

    /** Refuses weights that leave no source to draw from, values that are not probabilities, and schedules that lead to either. */
    public static void check(MixturePolicy policy) {
        MixtureRules.check(policy);
    }

    private static void checkScores(String name, Map<String, Double> scores) {
        scores.forEach((score, bound) -> {
            Checks.nonBlank(name + ": a name", score);
            Checks.between(name + " " + score, bound, -Double.MAX_VALUE, Double.MAX_VALUE);
        });
    }

    private static void checkRequire(String rule) {
        if (!rule.isEmpty()) {
            try {
                AttributeRule.parse(rule);
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException("require: " + malformed.getMessage(), malformed);
            }
        }
    }

    private static void check(AltTextPolicy texts) {
        checkRange("characters", texts.getMinCharacters(), texts.getMaxCharacters());
        checkRange("words", texts.getMinWords(), texts.getMaxWords());
        for (String language : texts.getLanguages()) {
            if (!TextLanguages.all().contains(language)) {
                throw new IllegalArgumentException("alt_text.languages: \"%s\" is none of %s"
                        .formatted(language, String.join(", ", TextLanguages.all())));
            }
        }
    }

    /** @param most 0 for no bound */
    private static void checkRange(String unit, int least, int most) {
        Checks.atLeast("alt_text.min_" + unit, least, 0);
        Checks.atLeast("alt_text.max_" + unit, most, 0);
        if (most > 0 && least > most) {
            throw new IllegalArgumentException(
                    "alt_text.min_%s %d is above its max_%s %d".formatted(unit, least, unit, most));
        }
    }

    static void checkWeight(String name, double weight) {
        if (weight != 0 && !(weight >= LEAST_WEIGHT && weight <= GREATEST_WEIGHT)) { // also refuses NaN
            throw new IllegalArgumentException(
                    "%s %s is neither 0 nor between %s and %s".formatted(name, weight, LEAST_WEIGHT, GREATEST_WEIGHT));
        }
    }

    static void checkSum(String name, Collection<Double> weights) {
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        if (!(sum > 0)) {
            throw new IllegalArgumentException("%s: the weights sum to %s, not above 0".formatted(name, sum));
        }
    }
}
