package dev.latentstream.captioning;

import dev.latentstream.captioning.Captioned.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Separates captions from the output of captioners that fail, and normalizes them. */
final class CaptionCheck {
    /** Minimum fraction of letters among the non-space characters: {@code 2 x M8 bolts} has 0.6. */
    private static final double MIN_LETTERS = 0.5;
    /** Maximum fraction of characters that do not occur in text: control characters, unpaired surrogates, U+FFFD. */
    private static final double MAX_GARBAGE = 0.05;
    /** A sequence of up to {@link #LONGEST_LOOP} words is refused when it is repeated this many times in a row. */
    private static final int MAX_IN_A_ROW = 3;

    private static final int LONGEST_LOOP = 12;
    /** A single word, as in "a very, very, very old tree", or character, as in "wow!!!!", may be repeated more often. */
    private static final int MAX_WORDS_IN_A_ROW = 4;

    private static final int MAX_CHARACTERS_IN_A_ROW = 8;
    /** Length of the word n-grams by which a text is compared with its prompt. */
    private static final int SHINGLE = 4;

    private static final double MAX_ECHO = 0.5;

    private static final Pattern LABEL = Pattern.compile("(?i)^(the )?(caption|description)\\s*:\\s*");
    private static final Pattern QUOTED = Pattern.compile("^[\"“‘'*_`]+([^\"“”*_`]*)[\"”’'*_`]+$");

    private final int maxCharacters;

    /** @param maxCharacters a caption with more characters (Unicode code points) is refused */
    CaptionCheck(int maxCharacters) {
        this.maxCharacters = maxCharacters;
    }

    /** The result of a check. */
    sealed interface Checked {
        /** A normalized caption: one line, single spaces, no control characters, no quotes around it. */
        record Sound(String text) implements Checked {}

        /** A text that is not a caption. */
        record Unsound(Refused refused) implements Checked {}
    }

    /** Checks the output of a captioner. */
    Checked synthetic(ScoredCaption caption) {
        return check(caption.text(), caption.prompt());
    }

    /** Checks an alt text. */
    Checked found(String altText) {
        return check(altText, "");
    }

    private Checked check(String raw, String prompt) {
        if (raw.length()
                > 4L * maxCharacters) { // before any work linear in the length; repeated spaces alone do not account
            // for so many
            return refused(CaptionRejection.TOO_LONG, raw.length() + " characters", maxCharacters + " characters");
        }
        String body = withoutPrefix(raw, prompt);
        String text = normalized(body);
        return garbage(raw)
                .or(() -> when(
                        text.isEmpty() && body.length() < raw.length(),
                        CaptionRejection.PROMPT_ECHO,
                        "100 %",
                        percent(MAX_ECHO)))
                .or(() -> size(text))
                .or(() -> loops(text))
                .or(() -> letters(text))
                .or(() -> prompt.isBlank() ? Optional.empty() : echo(text, prompt))
                .<Checked>map(Checked.Unsound::new)
                .orElseGet(() -> new Checked.Sound(text));
    }

    private Optional<Refused> garbage(String raw) {
        long garbage = raw.codePoints().filter(CaptionCheck::isGarbage).count();
        double share = (double) garbage / Math.max(1, raw.codePointCount(0, raw.length()));
        return when(share > MAX_GARBAGE, CaptionRejection.NOT_TEXT, "garbage " + percent(share), percent(MAX_GARBAGE));
    }

    private Optional<Refused> size(String text) {
        int length = text.codePointCount(0, text.length());
        if (text.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return Optional.of(new Refused(CaptionRejection.EMPTY, "0 words", "1 word"));
        }
        return when(
                length > maxCharacters,
                CaptionRejection.TOO_LONG,
                length + " characters",
                maxCharacters + " characters");
    }

    private Optional<Refused> letters(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        long all = text.codePoints().filter(c -> !Character.isWhitespace(c)).count();
        double share = (double) letters / all;
        return when(share < MIN_LETTERS, CaptionRejection.NOT_TEXT, "letters " + percent(share), percent(MIN_LETTERS));
    }

    private Optional<Refused> loops(String text) {
        int run = longestRun(text.codePoints().boxed().toList(), 1);
        if (run > MAX_CHARACTERS_IN_A_ROW) {
            return repeating(run + " times the same character", MAX_CHARACTERS_IN_A_ROW);
        }
        List<String> words = words(text);
        for (int length = 1; length <= Math.min(LONGEST_LOOP, words.size() / 2); length++) {
            int bound = length == 1 ? MAX_WORDS_IN_A_ROW : MAX_IN_A_ROW;
            int times = longestRun(words, length);
            if (times >= bound) {
                return repeating("%d times the same %d words".formatted(times, length), bound - 1);
            }
        }
        return Optional.empty();
    }

    private Optional<Refused> echo(String text, String prompt) {
        Set<List<String>> promptShingles = shingles(words(prompt));
        Set<List<String>> textShingles = shingles(words(text));
        long echoed = promptShingles.stream().filter(textShingles::contains).count();
        double share = (double) echoed / Math.max(1, promptShingles.size());
        return when(share > MAX_ECHO, CaptionRejection.PROMPT_ECHO, percent(share), percent(MAX_ECHO));
    }

    /** Removes the prompt of a network, which is a prefix of its caption that some networks repeat in the output. */
    private static String withoutPrefix(String raw, String prompt) {
        String start = raw.stripLeading();
        boolean hasPrefix = !prompt.isBlank()
                && start.regionMatches(
                        true, 0, prompt.strip(), 0, prompt.strip().length());
        return hasPrefix ? start.substring(prompt.strip().length()) : raw;
    }

    private static String normalized(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        raw.codePoints()
                .map(c -> isSpace(c) ? ' ' : c)
                .filter(c -> c == ' ' || (!isGarbage(c) && Character.getType(c) != Character.FORMAT))
                .forEach(text::appendCodePoint);
        String line = text.toString().replaceAll(" +", " ").strip();
        String unlabelled = LABEL.matcher(line).replaceFirst("");
        return QUOTED.matcher(unlabelled).replaceFirst("$1").strip();
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isGarbage(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> !isSpace(c);
            case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            default -> c == 0xFFFD;
        };
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}\\p{N}]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    private static Set<List<String>> shingles(List<String> words) {
        Set<List<String>> shingles = new HashSet<>();
        for (int i = 0; i + SHINGLE <= words.size(); i++) {
            shingles.add(words.subList(i, i + SHINGLE));
        }
        return shingles;
    }

    /** Returns the most repetitions in a row of any sequence of that length. */
    private static <T> int longestRun(List<T> items, int length) {
        int longest = 1;
        int equal = 0; // consecutive items that equal the item one sequence earlier
        for (int i = length; i < items.size(); i++) {
            equal = items.get(i).equals(items.get(i - length)) ? equal + 1 : 0;
            longest = Math.max(longest, 1 + equal / length);
        }
        return longest;
    }

    private static Optional<Refused> repeating(String value, int bound) {
        return Optional.of(new Refused(CaptionRejection.REPEATING, value, bound + " times"));
    }

    private static Optional<Refused> when(boolean broken, CaptionRejection reason, String value, String bound) {
        return broken ? Optional.of(new Refused(reason, value, bound)) : Optional.empty();
    }

    private static Checked refused(CaptionRejection reason, String value, String bound) {
        return new Checked.Unsound(new Refused(reason, value, bound));
    }

    private static String percent(double share) {
        return "%d %%".formatted(Math.round(100 * share));
    }
}
