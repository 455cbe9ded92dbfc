package dev.latentstream.models.pretrain;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How well captions name what true captions name, by lists of words: counts over any number of captions.
 *
 * @param reference nouns of the true captions, each once a caption
 * @param predicted nouns of the written captions, each once a caption
 * @param matchedNouns found that are true
 * @param matchedPairs found with a colour that is the true one
 */
public record CaptionScore(int captions, int reference, int predicted, int matchedNouns, int matchedPairs) {
    public static final CaptionScore NONE = new CaptionScore(0, 0, 0, 0, 0);

    private static final Pattern BREAK = Pattern.compile("[^a-z]+");

    /** A noun and the colour before it, empty where there is none. */
    private record Named(String colour, String noun) {}

    /** With one more caption. */
    public CaptionScore with(String written, String truth, CaptionedSamples.Words words) {
        Set<Named> predictedPairs = named(written, words);
        Set<Named> referencePairs = named(truth, words);
        return new CaptionScore(
                captions + 1,
                reference + nouns(referencePairs).size(),
                predicted + nouns(predictedPairs).size(),
                matchedNouns + common(nouns(predictedPairs), nouns(referencePairs)),
                matchedPairs + common(predictedPairs, referencePairs));
    }

    /** Of the captions of both. */
    public CaptionScore plus(CaptionScore other) {
        return new CaptionScore(
                captions + other.captions,
                reference + other.reference,
                predicted + other.predicted,
                matchedNouns + other.matchedNouns,
                matchedPairs + other.matchedPairs);
    }

    public double precision() {
        return share(matchedNouns, predicted);
    }

    public double recall() {
        return share(matchedNouns, reference);
    }

    /** Share of the named nouns that stand with their true colour. */
    public double pairPrecision() {
        return share(matchedPairs, predicted);
    }

    /** Share of the true nouns that are named with their true colour. */
    public double pairRecall() {
        return share(matchedPairs, reference);
    }

    public double nounsPerCaption() {
        return share(predicted, captions);
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /** Each noun with the colour it is first named with; a later mention without one refers back. */
    private static Set<Named> named(String text, CaptionedSamples.Words words) {
        Set<Named> all = new HashSet<>();
        Set<String> known = new HashSet<>();
        String colour = "";
        for (String word : BREAK.split(text.toLowerCase(Locale.ROOT), -1)) {
            if (words.colours().contains(word)) {
                colour = word;
            } else if (words.nouns().contains(word)) {
                if (!colour.isEmpty() || !known.contains(word)) {
                    all.add(new Named(colour, word));
                }
                known.add(word);
                colour = "";
            }
        }
        return all;
    }

    private static Set<String> nouns(Set<Named> named) {
        return Set.copyOf(List.copyOf(named).stream().map(Named::noun).toList());
    }

    private static <T> int common(Set<T> a, Set<T> b) {
        return (int) a.stream().filter(b::contains).count();
    }
}
