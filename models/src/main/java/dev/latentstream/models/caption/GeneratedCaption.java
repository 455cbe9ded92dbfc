package dev.latentstream.models.caption;

import java.util.Arrays;
import java.util.List;

/**
 * A generated caption.
 *
 * @param text without its prompt
 * @param probabilities of each token, and of the end token where it was reached
 * @param complete whether it ends with the end token rather than at the maximum length
 */
public record GeneratedCaption(String text, List<Double> probabilities, boolean complete) {
    public GeneratedCaption {
        probabilities = List.copyOf(probabilities);
    }

    static GeneratedCaption of(String text, Hypothesis tokens) {
        List<Double> probabilities =
                Arrays.stream(tokens.logProbabilities()).map(Math::exp).boxed().toList();
        return new GeneratedCaption(text, probabilities, tokens.complete());
    }

    /** Geometric mean of the tokens' probabilities; 0 for no tokens. */
    public double confidence() {
        return probabilities.isEmpty()
                ? 0
                : Math.exp(
                        probabilities.stream().mapToDouble(Math::log).average().orElseThrow());
    }
}
