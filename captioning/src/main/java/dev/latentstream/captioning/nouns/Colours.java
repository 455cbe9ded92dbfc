package dev.latentstream.captioning.nouns;

import java.util.Locale;
import java.util.Set;

/** The colour words of English captions: the eleven basic terms and other common names. */
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
            "gray",
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
        return WORDS.contains(word.toLowerCase(Locale.ROOT));
    }
}
