package dev.latentstream.captioning;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How far a caption names what is in its image, where that is known. Scores add up over captions.
 *
 * @param found expected words that the caption names
 * @param named words that the caption names
 * @param expected words that it should name
 */
public record CaptionScore(int found, int named, int expected) {
    /** The score of no caption, to add others to. */
    public static final CaptionScore NONE = new CaptionScore(0, 0, 0);

    /** Words that say where things are, or that there is a picture, and name nothing in it. */
    private static final Set<String> FRAME = Set.of(
            "left",
            "right",
            "top",
            "bottom",
            "middle",
            "center",
            "centre",
            "side",
            "corner",
            "front",
            "back",
            "edge",
            "foreground",
            "background",
            "picture",
            "image",
            "photo",
            "photograph",
            "drawing",
            "illustration",
            "scene",
            "half",
            "pair",
            "group",
            "number",
            "row",
            "colour",
            "color");

    public CaptionScore {
        if (found < 0 || found > named || found > expected) {
            throw new IllegalArgumentException(
                    "%d found of %d named and %d expected".formatted(found, named, expected));
        }
    }

    /**
     * Scores the nouns of a caption; words that only frame the picture do not count as named.
     *
     * @param expected lemmas of what is in the image
     */
    public static CaptionScore ofNouns(NounSet caption, Set<String> expected) {
        Set<String> awaited = lowered(expected);
        Set<String> named = lowered(caption.lemmas());
        named.removeIf(noun -> FRAME.contains(noun) && !awaited.contains(noun));
        return of(named, awaited);
    }

    /**
     * Scores the colour words of a caption.
     *
     * @param expected colours of what is in the image
     */
    public static CaptionScore ofColours(String caption, Set<String> expected) {
        return of(Colours.in(caption), expected.stream().map(Colours::canonical).collect(Collectors.toSet()));
    }

    /** Both together. */
    public CaptionScore plus(CaptionScore other) {
        return new CaptionScore(found + other.found, named + other.named, expected + other.expected);
    }

    /** Share of what was named that is there; 1 where nothing was named. */
    public double precision() {
        return named == 0 ? 1 : (double) found / named;
    }

    /** Share of what is there that was named; 1 where there is nothing. */
    public double recall() {
        return expected == 0 ? 1 : (double) found / expected;
    }

    private static CaptionScore of(Set<String> named, Set<String> expected) {
        int found = (int) named.stream().filter(expected::contains).count();
        return new CaptionScore(found, named.size(), expected.size());
    }

    private static Set<String> lowered(Iterable<String> words) {
        Set<String> lowered = new HashSet<>();
        words.forEach(word -> lowered.add(word.toLowerCase(Locale.ROOT)));
        return lowered;
    }
}
