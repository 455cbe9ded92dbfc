package dev.latentstream.runtime.policy;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Weights by name or pattern of a source. In a pattern, {@code *} stands for any characters, also for none: {@code web-*} covers sources
 * that do not exist yet.
 *
 * <p>A name precedes patterns. Of the patterns that match, the one with the most characters other than {@code *} applies; of several with
 * as many, the first in the order of their characters.
 */
public final class SourceWeights {
    private static final char ANY = '*';
    private static final Comparator<String> MOST_SPECIFIC_FIRST =
            Comparator.comparingInt(SourceWeights::characters).reversed().thenComparing(Comparator.naturalOrder());

    private SourceWeights() {}

    /** Returns the weight of a source; empty if neither its name nor a pattern that matches it is listed. */
    public static Optional<Double> of(Map<String, Double> weights, String source) {
        Double own = weights.get(source);
        if (own != null) {
            return Optional.of(own);
        }
        return weights.keySet().stream()
                .filter(key -> isPattern(key) && matches(key, source))
                .min(MOST_SPECIFIC_FIRST)
                .map(weights::get);
    }

    /** Returns whether a key stands for several sources. */
    public static boolean isPattern(String key) {
        return key.indexOf(ANY) >= 0;
    }

    /** Returns whether a pattern matches the whole name of a source; a key that is no pattern matches its own name. */
    public static boolean matches(String pattern, String source) {
        String[] parts = pattern.split("\\*", -1);
        String first = parts[0];
        if (parts.length == 1) {
            return first.equals(source);
        }
        if (!source.startsWith(first)) {
            return false;
        }
        int at = first.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = source.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        String last = parts[parts.length - 1];
        return source.length() - last.length() >= at && source.endsWith(last);
    }

    private static int characters(String pattern) {
        return (int) pattern.chars().filter(c -> c != ANY).count();
    }
}
