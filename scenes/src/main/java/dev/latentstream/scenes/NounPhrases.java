package dev.latentstream.scenes;

import java.util.List;

/** Noun phrases, and their lists. */
final class NounPhrases {
    private NounPhrases() {}

    /** "a red fish". */
    static String coloured(SceneObject object) {
        return withArticle(object.colour().word() + " " + object.kind().noun());
    }

    /** "a large red fish with dots": every notable property of an object. */
    static String detailed(SceneObject object, SeededRandom draws) {
        String size =
                switch (object.size()) {
                    case SMALL -> draws.oneOf(List.of("small ", "little "));
                    case MEDIUM -> "";
                    case LARGE -> draws.oneOf(List.of("large ", "big "));
                };
        String noun = object.colour().word() + " " + object.kind().noun();
        boolean afterNoun = draws.inPercent(50);
        return withArticle(
                switch (object.pattern()) {
                    case PLAIN -> size + noun;
                    case STRIPED -> afterNoun ? size + noun + " with stripes" : size + "striped " + noun;
                    case DOTTED -> afterNoun ? size + noun + " with dots" : size + "dotted " + noun;
                    case CHECKED -> afterNoun ? size + noun + " with squares" : size + "checked " + noun;
                });
    }

    /** "a, b and c". */
    static String list(List<String> items) {
        int last = items.size() - 1;
        return last == 0 ? items.get(0) : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }

    static String withArticle(String phrase) {
        return ("aeiou".indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
    }
}
