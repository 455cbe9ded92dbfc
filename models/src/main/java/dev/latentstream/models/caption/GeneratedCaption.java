package dev.latentstream.models.caption;

import java.util.Arrays;
import java.util.List;

/**
 * A caption that a network wrote.
 *
 * @param text without its prompt
 * @param probabilities of each token, the mark of the end included where it was reached
 * @param complete whether the network ended it, rather than the bound on its length
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
