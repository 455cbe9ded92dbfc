package dev.latentstream.app.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/** The nouns of one kind of caption over many images. Pairs are exact, distinct nouns an estimate. Not thread-safe. */
final class NounStatistics {
    /** 16 KB; with 95 % confidence the estimate is at most 1.3 % below the number of distinct nouns, or 1.3 % above it. */
    private static final int LOG_REGISTERS = 14;

    private static final int TWO_SIGMA = 2;

    private final HllSketch distinct = new HllSketch(LOG_REGISTERS, TgtHllType.HLL_8);
    private long images;
    private long pairs;

    /** Adds the distinct nouns of an image. */
    void add(Collection<String> nouns) {
        images++;
        pairs += nouns.size();
        nouns.forEach(distinct::update);
    }

    /** The number of images that have such captions. */
    long images() {
        return images;
    }

    /** The number of image-noun pairs. */
    long pairs() {
        return pairs;
    }

    /** The estimated number of distinct nouns. */
    long distinct() {
        return Math.round(distinct.getEstimate());
    }

    /** The bounds of the number of distinct nouns, with 95 % confidence. */
    long[] bounds() {
        return new long[] {
            (long) Math.floor(distinct.getLowerBound(TWO_SIGMA)), (long) Math.ceil(distinct.getUpperBound(TWO_SIGMA))
        };
    }

    double perImage() {
        return images == 0 ? 0 : (double) pairs / images;
    }

    /** Returns the estimate with its error, as far as there is one: few nouns are counted exactly. */
    String distinctText() {
        long[] bounds = bounds();
        long error = Math.max(bounds[1] - distinct(), distinct() - bounds[0]);
        return error <= 1 ? "" + distinct() : String.format(Locale.ROOT, "%d ±%d", distinct(), error);
    }

    ObjectNode json() {
        long[] bounds = bounds();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("images", images)
                .put("image_noun_pairs", pairs)
                .put("distinct_nouns", distinct());
        node.putArray("distinct_nouns_between").add(bounds[0]).add(bounds[1]);
        return node.put("nouns_per_image", perImage());
    }
}
