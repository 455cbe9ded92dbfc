package dev.latentstream.captioning;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A caption as a captioner wrote it.
 *
 * @param level name of the density level that it was asked for
 * @param confidence geometric mean of the token probabilities, 0 to 1; null where the captioner does not tell
 * @param captioner id of the captioner
 * @param prompt what the captioner was given beside the image
 */
public record ScoredCaption(
        String text, String level, @Nullable Float confidence, String captioner, String prompt) {
    /** By falling confidence; those that have none come last and keep their order. */
    public static final Comparator<ScoredCaption> BY_CONFIDENCE = Comparator.comparing(
            ScoredCaption::confidence,
            Comparator.nullsLast(Comparator.<Float>naturalOrder().reversed()));

    public ScoredCaption {
        if (confidence != null && !(confidence >= 0 && confidence <= 1)) { // also refuses NaN
            throw new IllegalArgumentException("confidence %s is not between 0 and 1".formatted(confidence));
        }
    }

    ScoredCaption withText(String other) {
        return new ScoredCaption(other, level, confidence, captioner, prompt);
    }
}
