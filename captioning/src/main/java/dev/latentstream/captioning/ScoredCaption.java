package dev.latentstream.captioning;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A captioner's output with its confidence.
 *
 * @param level name of the requested density level
 * @param confidence geometric mean of the token probabilities, 0 to 1; null if the captioner does not report it
 * @param captioner id of the captioner
 * @param prompt the captioner's text input
 */
record ScoredCaption(String text, String level, @Nullable Float confidence, String captioner, String prompt) {
    /** Orders by decreasing confidence; captions without one are last and keep their order. */
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
