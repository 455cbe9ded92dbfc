package dev.latentstream.models.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Builds a small WordPiece vocabulary: the words of some texts, and single letters to spell any other word. */
public final class WordPieceVocabulary {
    private static final Pattern WORD = Pattern.compile("[a-z]{2,}");
    private static final String PUNCTUATION = ".,:;!?'\"()-";

    private WordPieceVocabulary() {}

    /** Special tokens, punctuation, letters and digits, then the words in alphabetical order. */
    public static List<String> build(Collection<String> texts) {
        List<String> all = new ArrayList<>(List.of(
                WordPiece.PAD, WordPiece.UNKNOWN, WordPiece.START, WordPiece.END, WordPiece.MASK, WordPiece.DECODE));
        PUNCTUATION.chars().forEach(c -> all.add(Character.toString(c)));
        for (String prefix : List.of("", "##")) {
            "abcdefghijklmnopqrstuvwxyz0123456789".chars().forEach(c -> all.add(prefix + Character.toString(c)));
        }
        TreeSet<String> words = new TreeSet<>();
        for (String text : texts) {
            WORD.matcher(text.toLowerCase(Locale.ROOT))
                    .results()
                    .map(MatchResult::group)
                    .forEach(words::add);
        }
        all.addAll(words);
        return all;
    }
}
