package dev.latentstream.models.caption;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses each token of a text for itself, the likeliest or a drawn one. Texts that have ended leave the batch, several at once:
 * leaving costs a copy of what was read.
 */
final class TokenByToken {
    private static final double LEAVE_BELOW = 0.8; // share of the rows that go on

    private final Decoding decoding;
    private final long end;
    private final List<TokenText> texts = new ArrayList<>();
    private final List<SplittableRandom> random = new ArrayList<>();
    /** The picture of each row that is still read. */
    private int[] pictures;

    TokenByToken(Decoding decoding, int batch, long end) {
        this.decoding = decoding;
        this.end = end;
        pictures = IntStream.range(0, batch).toArray();
        for (int i = 0; i < batch; i++) {
            texts.add(TokenText.EMPTY);
            random.add(new SplittableRandom(decoding instanceof Decoding.Nucleus nucleus ? nucleus.seed() + i : 0));
        }
    }

    List<TokenText> search(TokenScores reader, int most) {
        try (reader) {
            long[] chosen = choose(reader.first());
            for (int length = 1; length < most; length++) {
                int[] going = going();
                if (going.length == 0) {
                    break;
                }
                if (going.length < pictures.length * LEAVE_BELOW) {
                    reader.keep(Arrays.stream(going).asLongStream().toArray());
                    long[] before = chosen;
                    chosen = Arrays.stream(going).mapToLong(row -> before[row]).toArray();
                    pictures = Arrays.stream(going).map(row -> pictures[row]).toArray();
                }
                chosen = choose(reader.next(chosen));
            }
        }
        return List.copyOf(texts);
    }

    /** The next token of each row. */
    private long[] choose(float[][] scores) {
        long[] chosen = new long[pictures.length];
        for (int row = 0; row < chosen.length; row++) {
            int picture = pictures[row];
            chosen[row] = decoding instanceof Decoding.Nucleus nucleus
                    ? Sampling.nucleus(scores[row], nucleus, random.get(picture))
                    : Sampling.best(scores[row]);
            texts.set(picture, texts.get(picture).then(chosen[row], scores[row][(int) chosen[row]], end));
        }
        return chosen;
    }

    /** Rows whose texts have not ended. */
    private int[] going() {
        return IntStream.range(0, pictures.length)
                .filter(row -> !texts.get(pictures[row]).complete())
                .toArray();
    }
}
