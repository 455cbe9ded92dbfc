package dev.latentstream.captioning.nouns;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns alt text from the web into running text, for a tagger that was trained on sentences: file names and addresses are removed,
 * and text in all capitals, or Like A Headline, is put into lower case.
 *
 * @param text the normalized text
 * @param caseTells whether a capital still distinguishes a proper noun from a common one
 */
record AltTextNormalizer(String text, boolean caseTells) {
    /** A headline has at least this many content words; fewer may well be a name. */
    private static final int HEADLINE_WORDS = 4;

    private static final Pattern FILE_OR_ADDRESS = Pattern.compile(
            "(?i).*://.*|www\\..*|.*@.*\\..*|.*\\.(jpe?g|png|gif|webp|bmp|tiff?|svg|heic|raw|cr2|nef|html?|php|pdf|mp4)\\W*");
    private static final Pattern CODE = Pattern.compile(".*(\\p{L}.*[\\d_]|[\\d_].*\\p{L}).*");
    /** {@code 3D}, {@code 20th}, {@code 1990s}: words in spite of their digits. */
    private static final Pattern NUMBER_WORD = Pattern.compile("(?i)\\d+(d|st|nd|rd|th|s|mm|cm|m|kg|x\\d+)\\W*");

    private static final Set<String> SMALL_WORDS =
            Set.of("a", "an", "the", "of", "for", "and", "or", "with", "in", "on", "at", "to", "by", "from", "as");

    static AltTextNormalizer of(String caption) {
        List<String> words = new ArrayList<>();
        for (String word : caption.strip().split("\\s+", -1)) {
            if (!isName(word)) {
                words.add(word);
            }
        }
        if (isHeadline(words)) {
            return new AltTextNormalizer(String.join(" ", words).toLowerCase(Locale.ROOT), false);
        }
        return new AltTextNormalizer(String.join(" ", withoutShouting(words)), true);
    }

    private static boolean isName(String word) {
        return FILE_OR_ADDRESS.matcher(word).matches()
                || (CODE.matcher(word).matches() && !NUMBER_WORD.matcher(word).matches());
    }

    private static boolean isHeadline(List<String> words) {
        List<String> contentWords = words.stream()
                .filter(word -> word.codePoints().filter(Character::isLetter).count() > 1)
                .filter(word -> !SMALL_WORDS.contains(word.toLowerCase(Locale.ROOT)))
                .toList();
        return contentWords.size() >= HEADLINE_WORDS
                && contentWords.stream().allMatch(AltTextNormalizer::isCapitalised);
    }

    /** Two or more consecutive words in capitals are emphasis; a single one may be a name, such as NASA. */
    private static List<String> withoutShouting(List<String> words) {
        List<String> lowered = new ArrayList<>(words);
        for (int i = 0; i < words.size(); i++) {
            boolean beside =
                    (i > 0 && isShouted(words.get(i - 1))) || (i + 1 < words.size() && isShouted(words.get(i + 1)));
            if (isShouted(words.get(i)) && beside) {
                lowered.set(i, words.get(i).toLowerCase(Locale.ROOT));
            }
        }
        return lowered;
    }

    private static boolean isShouted(String word) {
        return word.codePoints().filter(Character::isLetter).count() > 1
                && word.codePoints().noneMatch(Character::isLowerCase);
    }

    static boolean isCapitalised(String word) {
        return word.codePoints().filter(Character::isLetter).findFirst().stream()
                .anyMatch(Character::isUpperCase);
    }
}
