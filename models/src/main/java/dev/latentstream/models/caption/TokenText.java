package dev.latentstream.models.caption;

import java.util.Arrays;

/**
 * A text being written.
 *
 * @param tokens so far, the mark of the end excluded
 * @param logProbabilities of the tokens, and of the end once it is reached
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TokenText(long[] tokens, double[] logProbabilities, boolean complete) {
    static final TokenText EMPTY = new TokenText(new long[0], new double[0], false);

    /** One token more; a complete text stays as it is. */
    TokenText then(long token, double logProbability, long end) {
        if (complete) {
            return this;
        }
        double[] all = Arrays.copyOf(logProbabilities, logProbabilities.length + 1);
        all[logProbabilities.length] = logProbability;
        if (token == end) {
            return new TokenText(tokens, all, true);
        }
        long[] longer = Arrays.copyOf(tokens, tokens.length + 1);
        longer[tokens.length] = token;
        return new TokenText(longer, all, false);
    }

    /** Tokens chosen so far, the end included. */
    int size() {
        return logProbabilities.length;
    }

    double logProbability() {
        return Arrays.stream(logProbabilities).sum();
    }

    /** Mean logarithm of the tokens' probabilities. */
    double score() {
        return logProbability() / Math.max(1, size());
    }
}
