package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Measurements;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.image.Size;
import dev.latentstream.runtime.rules.AttributeRule;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RejectionReason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a measured image against a filter policy. Scores in a policy that ingest does not measure are left to the stages that
 * measure them.
 */
public final class PolicyFilter {
    private PolicyFilter() {}

    /** Returns the reason for which the policy refuses an image; empty if it admits it. */
    public static Optional<RejectionReason> reason(FilterPolicy policy, Image image) {
        return refuse(policy, image).map(Refusal::reason);
    }

    /** Returns the first rule that the image violates; empty if none. */
    static Optional<Refusal> refuse(FilterPolicy policy, Image image) {
        Optional<Refusal> unmet = attributes(policy.getRequire(), image);
        if (unmet.isPresent()) {
            return unmet;
        }
        Size original = new Size(image.getOriginalWidth(), image.getOriginalHeight());
        if (original.shorterSide() < policy.getMinSide()) {
            return Optional.of(Refusal.below(
                    RejectionReason.TOO_SMALL, "shorter side", original.shorterSide(), policy.getMinSide()));
        }
        if (original.aspectRatio() > policy.getMaxAspectRatio()) {
            return Optional.of(Refusal.above(
                    RejectionReason.ASPECT_RATIO, "aspect ratio", original.aspectRatio(), policy.getMaxAspectRatio()));
        }
        return Measurements.SCORES.stream()
                .flatMap(score -> refuse(policy, score, image.getScores().get(score)).stream())
                .findFirst();
    }

    private static Optional<Refusal> attributes(String rule, Image image) {
        return rule.isEmpty()
                ? Optional.empty()
                : AttributeRule.parse(rule)
                        .failure(image.getAttributes())
                        .map(failure -> new Refusal(
                                RejectionReason.ATTRIBUTES, failure.value(), failure.bound(), failure.detail()));
    }

    private static Optional<Refusal> refuse(FilterPolicy policy, String score, @Nullable Float value) {
        Double min = policy.getMinScores().get(score);
        Double max = policy.getMaxScores().get(score);
        if (value != null && min != null && value < min) {
            return Optional.of(Refusal.below(reasonBelow(score), score, value, min));
        }
        if (value != null && max != null && value > max) {
            return Optional.of(Refusal.above(reasonAbove(score), score, value, max));
        }
        return Optional.empty();
    }

    private static RejectionReason reasonBelow(String score) {
        return switch (score) {
            case Measurements.SHARPNESS -> RejectionReason.TOO_BLURRED;
            case Measurements.CONTRAST -> RejectionReason.TOO_LITTLE_CONTRAST;
            default -> RejectionReason.SCORE;
        };
    }

    private static RejectionReason reasonAbove(String score) {
        return score.equals(Measurements.FLATNESS) ? RejectionReason.TOO_FLAT : RejectionReason.SCORE;
    }
}
