package dev.latentstream.models.pretrain;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Precision and recall of the nouns and colours in generated captions, by lists of words: counts over any number of captions.
 *
 * @param reference nouns of the true captions, each once per caption
 * @param predicted nouns of the generated captions, each once per caption
 * @param matchedNouns predicted nouns that are in the true caption
 * @param matchedPairs predicted nouns that are there with the same colour
 */
public record CaptionScore(int captions, int reference, int predicted, int matchedNouns, int matchedPairs) {
    public static final CaptionScore NONE = new CaptionScore(0, 0, 0, 0, 0);

    private static final Pattern BREAK = Pattern.compile("[^a-z]+");

    /** A noun and the colour before it, empty where there is none. */
    private record Named(String colour, String noun) {}

    /** Adds one caption. */
    public CaptionScore with(String generated, String truth, CaptionedSamples.Words words) {
        Set<Named> predictedPairs = named(generated, words);
        Set<Named> referencePairs = named(truth, words);
        return new CaptionScore(
                captions + 1,
                reference + nouns(referencePairs).size(),
                predicted + nouns(predictedPairs).size(),
                matchedNouns + common(nouns(predictedPairs), nouns(referencePairs)),
                matchedPairs + common(predictedPairs, referencePairs));
    }

    /** Adds the counts of other captions. */
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

    /** Share of the predicted nouns that have their true colour. */
    public double pairPrecision() {
        return share(matchedPairs, predicted);
    }

    /** Share of the true nouns that are predicted with their true colour. */
    public double pairRecall() {
        return share(matchedPairs, reference);
    }

    public double nounsPerCaption() {
        return share(predicted, captions);
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /** Each noun with the colour of its first mention; a later mention without one refers back to it. */
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
