package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingDecoderTest {
    private static final int END = 0;

    @Test
    void eachPictureGetsItsOwnTextHoweverLongTheOthersAre() {
        int[] lengths = {3, 0, 7, 1, 1, 5, 2, 7};

        List<Hypothesis> texts =
                new SamplingDecoder(new DecodingStrategy.Greedy(), 8, END).search(new Counting(lengths), 20);

        for (int picture = 0; picture < lengths.length; picture++) {
            long[] expected = new long[lengths[picture]];
            Arrays.fill(expected, picture + 1);
            assertThat(texts.get(picture).tokens()).as("picture %d", picture).containsExactly(expected);
            assertThat(texts.get(picture).complete()).isTrue();
        }
    }

    @Test
    void textsThatHaveEndedAreNotReadForLong() {
        Counting reader = new Counting(new int[] {1, 1, 1, 1, 1, 1, 1, 9});

        new SamplingDecoder(new DecodingStrategy.Greedy(), 8, END).search(reader, 20);

        assertThat(reader.rowsRead).containsExactly(8, 8, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void whatIsDrawnForAPictureDoesNotDependOnWhoHasLeft() {
        DecodingStrategy drawn = new DecodingStrategy.Nucleus(1, 1, 7);

        List<Hypothesis> among = new SamplingDecoder(drawn, 3, END).search(new Counting(new int[] {1, 6, 1}), 20);
        List<Hypothesis> without = new SamplingDecoder(drawn, 3, END).search(new Counting(new int[] {9, 6, 9}), 20);

        assertThat(among.get(1)).usingRecursiveComparison().isEqualTo(without.get(1));
    }

    @Test
    void aTextThatMustStopIsNotComplete() {
        Hypothesis text = new SamplingDecoder(new DecodingStrategy.Greedy(), 1, END)
                .search(new Counting(new int[] {9}), 4)
                .get(0);

        assertThat(text.tokens()).containsExactly(1, 1, 1, 1);
        assertThat(text.complete()).isFalse();
    }

    /** Picture p is described by so many times the token p + 1; now and then by the token behind it, if it is drawn. */
    private static final class Counting implements NextTokenModel {
        private final int[] lengths;
        private final List<Integer> rowsRead = new ArrayList<>();
        private int[] pictures;
        private int read;

        Counting(int[] lengths) {
            this.lengths = lengths;
            pictures = IntStream.range(0, lengths.length).toArray();
        }

        @Override
        public float[][] first() {
            return scores();
        }

        @Override
        public float[][] next(long[] tokens) {
            assertThat(tokens).hasSameSizeAs(pictures);
            read++;
            return scores();
        }

        @Override
        public void keep(long[] rows) {
            pictures = Arrays.stream(rows).mapToInt(row -> pictures[(int) row]).toArray();
        }

        @Override
        public void close() {}

        private float[][] scores() {
            rowsRead.add(pictures.length);
            float[][] scores = new float[pictures.length][lengths.length + 2];
            for (int row = 0; row < pictures.length; row++) {
                Arrays.fill(scores[row], Float.NEGATIVE_INFINITY);
                int picture = pictures[row];
                if (read == lengths[picture]) {
                    scores[row][END] = 0;
                } else {
                    scores[row][picture + 1] = (float) Math.log(0.6);
                    scores[row][picture + 2] = (float) Math.log(0.4);
                }
            }
            return scores;
        }
    }
}
