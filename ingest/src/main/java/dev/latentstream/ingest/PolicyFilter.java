package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Measurements;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.image.Size;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.ingest.texts.AltTextRules;
import dev.latentstream.ingest.texts.TextFault;
import dev.latentstream.runtime.rules.AttributeRule;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextAction;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RejectionReason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a measured image against a filter policy. Scores in a policy that ingest does not measure are left to the stages that
 * measure them. Thread-safe.
 */
public final class PolicyFilter {
    private final AltTextRules texts = new AltTextRules();
    private final OptOutLists optOuts;

    /** @param optOuts lists of images that opted out */
    public PolicyFilter(OptOutLists optOuts) {
        this.optOuts = optOuts;
    }

    /**
     * The outcome of a check.
     *
     * @param refusal the first rule that the image violates; empty if none
     * @param texts the texts of the image that its policy admits
     * @param faults the texts that it does not admit
     */
    record Checked(Optional<Refusal> refusal, List<AltText> texts, List<AltTextRules.Fault> faults) {
        Checked {
            texts = List.copyOf(texts);
            faults = List.copyOf(faults);
        }
    }

    /** Returns what refuses an image by its record alone: by every score that the record has, whichever stage measured it. */
    public Optional<Refusal> recheck(FilterPolicy policy, String imageId, Image image) {
        return check(policy, imageId, image).refusal().or(() -> image.getScores().keySet().stream()
                .sorted()
                .flatMap(score -> refuse(policy, score, image.getScores().get(score)).stream())
                .findFirst());
    }

    Checked check(FilterPolicy policy, String imageId, Image image) {
        Optional<Refusal> refusal = optedOut(policy, imageId, image)
                .or(() -> attributes(policy.getRequire(), image))
                .or(() -> size(policy, image))
                .or(() -> Measurements.SCORES.stream()
                        .flatMap(
                                score -> refuse(policy, score, image.getScores().get(score)).stream())
                        .findFirst());
        if (refusal.isPresent() || policy.getAltText().isEmpty()) {
            return new Checked(refusal, image.getAltTexts(), List.of());
        }
        AltTextPolicy rules = policy.getAltText().get();
        AltTextRules.Checked checked = texts.check(rules, image.getAltTexts());
        boolean refused = rules.getAction() == AltTextAction.REFUSE
                && checked.kept().isEmpty()
                && !checked.faults().isEmpty();
        return new Checked(
                refused ? Optional.of(refusal(checked.faults().get(0))) : Optional.empty(),
                checked.kept(),
                checked.faults());
    }

    private Optional<Refusal> optedOut(FilterPolicy policy, String imageId, Image image) {
        return policy.getOptOuts() ? optOuts.refusal(imageId, image.getUri(), image.getAttributes()) : Optional.empty();
    }

    private static Refusal refusal(AltTextRules.Fault fault) {
        TextFault found = fault.fault();
        String text = fault.text().getText();
        return new Refusal(
                RejectionReason.ALT_TEXT,
                found.value(),
                found.bound(),
                "no text is left; %s: %s"
                        .formatted(found.rule(), text.length() <= 200 ? text : text.substring(0, 200)));
    }

    private static Optional<Refusal> size(FilterPolicy policy, Image image) {
        Size original = new Size(image.getOriginalWidth(), image.getOriginalHeight());
        if (original.shorterSide() < policy.getMinSide()) {
            return Optional.of(Refusal.below(
                    RejectionReason.TOO_SMALL, "shorter side", original.shorterSide(), policy.getMinSide()));
        }
        return original.aspectRatio() > policy.getMaxAspectRatio()
                ? Optional.of(Refusal.above(
                        RejectionReason.ASPECT_RATIO,
                        "aspect ratio",
                        original.aspectRatio(),
                        policy.getMaxAspectRatio()))
                : Optional.empty();
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
