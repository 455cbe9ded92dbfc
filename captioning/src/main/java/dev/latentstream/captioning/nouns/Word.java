package dev.latentstream.captioning.nouns;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One word of a caption with its tag, and the rules that correct the tag.
 *
 * @param stem the word as written, without a possessive ending
 * @param tag a part-of-speech tag of Universal Dependencies
 * @param possessive whether it had a possessive ending
 */
record Word(String stem, String tag, boolean possessive) {
    private static final Set<String> NOUN_TAGS = Set.of("NOUN", "PROPN");
    /** Tags that may follow a complete noun phrase. */
    private static final Set<String> AFTER_PHRASE = Set.of("ADP", "PUNCT", "CCONJ", "VERB", "AUX", "PART", "SCONJ");

    private static final Pattern LETTERS = Pattern.compile("[\\p{L}\\p{M}]+(['’-][\\p{L}\\p{M}]+)*");
    private static final Pattern POSSESSIVE = Pattern.compile("(?i)(['’]s|(?<=s)['’])$");
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");
    private static final Set<String> INDEFINITE = Set.of("a", "an");

    /** Strips a possessive ending: the tokenizer keeps {@code bird's} as one token with the tag {@code NOUN+PART}. */
    static Word of(String token, String tag) {
        String stem = POSSESSIVE.matcher(token).replaceFirst("");
        int plus = tag.indexOf('+');
        return new Word(stem, plus > 0 ? tag.substring(0, plus) : tag, !stem.equals(token));
    }

    /** Returns whether this and the next token, without a space between them, are one word: {@code T-} and {@code shirt}. */
    boolean binds(Word next) {
        return (stem.endsWith("-") && LETTERS.matcher(next.stem).matches())
                || (next.stem.equals("-") && LETTERS.matcher(stem).matches());
    }

    /** Joins both. The last part determines the tag; a compound that does not end in a noun counts as an adjective. */
    Word boundTo(Word next) {
        String lastTag = NOUN_TAGS.contains(next.tag) ? "NOUN" : "ADJ";
        return new Word(stem + next.stem, lastTag, next.possessive);
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

    /**
     * Returns whether a word in the plural is the verb of a sentence although the tagger takes it for a noun: {@code orbits} in {@code a
     * satellite orbits the moon}. What follows {@code a} and a noun is no plural, unless another noun follows: {@code a sports car}.
     */
    boolean isVerbIn(List<Word> words, int i) {
        if (i < 2) {
            return false;
        }
        Word subject = words.get(i - 1);
        if (subject.possessive || !subject.isNoun() || subject.stem.endsWith("s")) {
            return false;
        }
        int start = i - 1;
        while (start > 0 && words.get(start).isNounOrAdjective()) {
            start--;
        }
        boolean singular = INDEFINITE.contains(words.get(start).stem.toLowerCase(Locale.ROOT));
        return singular && (i + 1 == words.size() || !words.get(i + 1).isNoun());
    }

    /** Returns whether the word has a capital that is not due to the start of a sentence. */
    boolean isProperIn(List<Word> words, int i) {
        if (!AltTextNormalizer.isCapitalised(stem.substring(stem.lastIndexOf('-') + 1))) {
            return false; // Coca-Cola, but not T-shirt
        }
        boolean startsSentence = i == 0 || words.get(i - 1).stem.matches("[.!?]");
        return !startsSentence || tag.equals("PROPN") || isFollowedByName(words, i);
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

    /** Returns whether an adjective directly between an article and the end of the phrase must be a noun: {@code an umbrella in}. */
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
