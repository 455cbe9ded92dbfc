package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.ScoreBound;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RejectionReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares the scores that models gave an image with a filter policy. A bound of the policy replaces that of the model. */
final class ScoreFilter {
    /** The reasons for which scoring refuses images. */
    static final List<RejectionReason> REASONS =
            List.of(RejectionReason.SCORE, RejectionReason.TOO_SLOW, RejectionReason.CRASHED);

    private ScoreFilter() {}

    /**
     * Returns the first score that the policy does not admit; empty if there is none.
     *
     * @param bounds the scores of the models, each with the model's own bound
     */
    static Optional<Refusal> refuse(FilterPolicy policy, Image image, Map<String, Optional<ScoreBound>> bounds) {
        return bounds.entrySet().stream()
                .flatMap(score -> refuse(policy, image, score.getKey(), score.getValue()).stream())
                .findFirst();
    }

    private static Optional<Refusal> refuse(
            FilterPolicy policy, Image image, String score, Optional<ScoreBound> bound) {
        @Nullable Float value = image.getScores().get(score);
        if (value == null) {
            return Optional.empty(); // the model has none for such an image
        }
        double least = policy.getMinScores()
                .getOrDefault(
                        score,
                        bound.filter(own -> !own.isMaximum())
                                .map(ScoreBound::value)
                                .orElse(Double.NEGATIVE_INFINITY));
        double greatest = policy.getMaxScores()
                .getOrDefault(
                        score,
                        bound.filter(ScoreBound::isMaximum)
                                .map(ScoreBound::value)
                                .orElse(Double.POSITIVE_INFINITY));
        String what =
                "%s, by the model %s,".formatted(score, image.getScoreModels().get(score));
        if (value < least) {
            return Optional.of(Refusal.below(RejectionReason.SCORE, what, value, least));
        }
        return value > greatest
                ? Optional.of(Refusal.above(RejectionReason.SCORE, what, value, greatest))
                : Optional.empty();
    }
}
