package dev.latentstream.models.caption;

import java.util.Arrays;

/**
 * A text that is being generated.
 *
 * @param tokens so far, without the end token
 * @param logProbabilities of the tokens, and of the end token once it is reached
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Hypothesis(long[] tokens, double[] logProbabilities, boolean complete) {
    static final Hypothesis EMPTY = new Hypothesis(new long[0], new double[0], false);

    /**
     * Appends a token; a complete text stays as it is.
     *
     * @param ends ids of the tokens that end a text
     */
    Hypothesis append(long token, double logProbability, long[] ends) {
        if (complete) {
            return this;
        }
        double[] all = Arrays.copyOf(logProbabilities, logProbabilities.length + 1);
        all[logProbabilities.length] = logProbability;
        if (Arrays.stream(ends).anyMatch(end -> end == token)) {
            return new Hypothesis(tokens, all, true);
        }
        long[] longer = Arrays.copyOf(tokens, tokens.length + 1);
        longer[tokens.length] = token;
        return new Hypothesis(longer, all, false);
    }

    /** Number of tokens so far, with the end token. */
    int size() {
        return logProbabilities.length;
    }

    double logProbability() {
        return Arrays.stream(logProbabilities).sum();
    }

    /** Mean log-probability of the tokens. */
    double score() {
        return logProbability() / Math.max(1, size());
    }
}
