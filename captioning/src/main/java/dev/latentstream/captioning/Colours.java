package dev.latentstream.captioning;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The colour words of English captions: eleven basic terms and the common names beside them. */
final class Colours {
    private static final Set<String> WORDS = Set.of(
            "red",
            "orange",
            "yellow",
            "green",
            "blue",
            "purple",
            "pink",
            "brown",
            "black",
            "white",
            "grey",
            "teal",
            "turquoise",
            "cyan",
            "magenta",
            "violet",
            "beige",
            "gold",
            "silver",
            "maroon",
            "navy",
            "olive",
            "lime");

    private Colours() {}

    static boolean contains(String word) {
        return WORDS.contains(canonical(word));
    }

    /** The distinct colour words of a text in order, spelt the British way. */
    static Set<String> in(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split("[^\\p{L}]+", -1)) {
            if (contains(word)) {
                words.add(canonical(word));
            }
        }
        return new LinkedHashSet<>(words);
    }

    static String canonical(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return lower.equals("gray") ? "grey" : lower;
    }
}
