package dev.latentstream.models.caption;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Greedy decoding and sampling: chooses one token after the other. Finished texts leave the batch, several at once, since leaving
 * costs a copy of the cache.
 */
final class SamplingDecoder {
    private static final double LEAVE_BELOW = 0.8; // share of unfinished rows

    private final DecodingStrategy decoding;
    private final long[] ends;
    private final List<Hypothesis> texts = new ArrayList<>();
    private final List<SplittableRandom> random = new ArrayList<>();
    /** The image of each row that is still in the batch. */
    private int[] images;

    /** @param ends ids of the tokens each of which ends a text */
    SamplingDecoder(DecodingStrategy decoding, int batch, long... ends) {
        this.decoding = decoding;
        this.ends = ends.clone();
        images = IntStream.range(0, batch).toArray();
        for (int i = 0; i < batch; i++) {
            texts.add(Hypothesis.EMPTY);
            random.add(new SplittableRandom(
                    decoding instanceof DecodingStrategy.Nucleus nucleus ? nucleus.seed() + i : 0));
        }
    }

    List<Hypothesis> search(NextTokenModel model, int maxLength) {
        try (model) {
            long[] chosen = choose(model.first());
            for (int length = 1; length < maxLength; length++) {
                int[] unfinished = unfinished();
                if (unfinished.length == 0) {
                    break;
                }
                if (unfinished.length < images.length * LEAVE_BELOW) {
                    model.keep(Arrays.stream(unfinished).asLongStream().toArray());
                    long[] all = chosen;
                    chosen =
                            Arrays.stream(unfinished).mapToLong(row -> all[row]).toArray();
                    images = Arrays.stream(unfinished).map(row -> images[row]).toArray();
                }
                chosen = choose(model.next(chosen));
            }
        }
        return List.copyOf(texts);
    }

    /** The next token of each row. */
    private long[] choose(float[][] scores) {
        long[] chosen = new long[images.length];
        for (int row = 0; row < chosen.length; row++) {
            int image = images[row];
            chosen[row] = decoding instanceof DecodingStrategy.Nucleus nucleus
                    ? TokenSampling.nucleus(scores[row], nucleus, random.get(image))
                    : TokenSampling.best(scores[row]);
            texts.set(image, texts.get(image).append(chosen[row], scores[row][(int) chosen[row]], ends));
        }
        return chosen;
    }

    /** Rows whose texts are not complete. */
    private int[] unfinished() {
        return IntStream.range(0, images.length)
                .filter(row -> !texts.get(images[row]).complete())
                .toArray();
    }
}
