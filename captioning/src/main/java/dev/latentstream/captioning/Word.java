package dev.latentstream.captioning;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One word of a caption as the tagger sees it, and the rules that mend the tag.
 *
 * @param stem as it was written, without a possessive ending
 * @param tag one of Universal Dependencies' part-of-speech tags
 */
record Word(String stem, String tag) {
    private static final Set<String> NOUN_TAGS = Set.of("NOUN", "PROPN");
    /** What may follow a complete noun phrase. */
    private static final Set<String> AFTER_PHRASE = Set.of("ADP", "PUNCT", "CCONJ", "VERB", "AUX", "PART", "SCONJ");

    private static final Pattern LETTERS = Pattern.compile("[\\p{L}\\p{M}]+(['’-][\\p{L}\\p{M}]+)*");
    private static final Pattern POSSESSIVE = Pattern.compile("(?i)(['’]s|(?<=s)['’])$");
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    /** The tokenizer leaves {@code bird's} whole, tagged {@code NOUN+PART}. */
    static Word of(String token, String tag) {
        String stem = POSSESSIVE.matcher(token).replaceFirst("");
        int plus = tag.indexOf('+');
        return new Word(stem, plus > 0 ? tag.substring(0, plus) : tag);
    }

    /** Whether the next token, without space between, makes one word with this: {@code T-} and {@code shirt}. */
    boolean binds(Word next) {
        return (stem.endsWith("-") && LETTERS.matcher(next.stem).matches())
                || (next.stem.equals("-") && LETTERS.matcher(stem).matches());
    }

    /** Both as one word. Its last part decides what it is; a compound that ends in no noun counts as an adjective. */
    Word boundTo(Word next) {
        String lastTag = NOUN_TAGS.contains(next.tag) ? "NOUN" : "ADJ";
        return new Word(stem + next.stem, lastTag);
    }

    boolean isNounIn(List<Word> words, int i) {
        if (!isWord(stem)) {
            return false;
        }
        if (isNoun()) {
            return !(Colours.contains(stem)
                    && i + 1 < words.size()
                    && words.get(i + 1).isNounOrAdjective());
        }
        return isPartOfName(words, i) || isMissingHead(words, i);
    }

    /** A proper noun has a capital that no sentence's beginning explains. */
    boolean isProperIn(List<Word> words, int i) {
        if (!AltTextNormalizer.isCapitalised(stem.substring(stem.lastIndexOf('-') + 1))) {
            return false; // Coca-Cola, but not T-shirt
        }
        boolean begins = i == 0 || words.get(i - 1).stem.matches("[.!?]");
        return !begins || tag.equals("PROPN") || isFollowedByName(words, i);
    }

    /** {@code New} in {@code in New York}. */
    private boolean isPartOfName(List<Word> words, int i) {
        return i > 0
                && tag.equals("ADJ")
                && AltTextNormalizer.isCapitalised(stem)
                && !Colours.contains(stem)
                && isFollowedByName(words, i);
    }

    private boolean isFollowedByName(List<Word> words, int i) {
        return i + 1 < words.size()
                && words.get(i + 1).isNoun()
                && AltTextNormalizer.isCapitalised(words.get(i + 1).stem);
    }

    /** An adjective straight between an article and the end of the phrase stands where a noun must: {@code an umbrella in}. */
    private boolean isMissingHead(List<Word> words, int i) {
        return tag.equals("ADJ")
                && i > 0
                && ARTICLES.contains(words.get(i - 1).stem.toLowerCase(Locale.ROOT))
                && (i + 1 == words.size() || AFTER_PHRASE.contains(words.get(i + 1).tag))
                && !Colours.contains(stem);
    }

    private boolean isNoun() {
        return NOUN_TAGS.contains(tag);
    }

    private boolean isNounOrAdjective() {
        return isNoun() || tag.equals("ADJ");
    }

    private static boolean isWord(String text) {
        return text.length() > 1 && LETTERS.matcher(text).matches();
    }
}
