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
    void eachImageGetsItsOwnTextWhateverTheLengthOfOthers() {
        int[] lengths = {3, 0, 7, 1, 1, 5, 2, 7};

        List<Hypothesis> texts =
                new SamplingDecoder(new DecodingStrategy.Greedy(), 8, END).search(new Counting(lengths), 20);

        for (int image = 0; image < lengths.length; image++) {
            long[] expected = new long[lengths[image]];
            Arrays.fill(expected, image + 1);
            assertThat(texts.get(image).tokens()).as("image %d", image).containsExactly(expected);
            assertThat(texts.get(image).complete()).isTrue();
        }
    }

    @Test
    void finishedTextsSoonLeaveTheBatch() {
        Counting reader = new Counting(new int[] {1, 1, 1, 1, 1, 1, 1, 9});

        new SamplingDecoder(new DecodingStrategy.Greedy(), 8, END).search(reader, 20);

        assertThat(reader.rowsRead).containsExactly(8, 8, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void theDrawsOfAnImageDoNotDependOnTheRestOfTheBatch() {
        DecodingStrategy drawn = new DecodingStrategy.Nucleus(1, 1, 7);

        List<Hypothesis> among = new SamplingDecoder(drawn, 3, END).search(new Counting(new int[] {1, 6, 1}), 20);
        List<Hypothesis> without = new SamplingDecoder(drawn, 3, END).search(new Counting(new int[] {9, 6, 9}), 20);

        assertThat(among.get(1)).usingRecursiveComparison().isEqualTo(without.get(1));
    }

    @Test
    void aTextCutAtTheMaximumLengthIsNotComplete() {
        Hypothesis text = new SamplingDecoder(new DecodingStrategy.Greedy(), 1, END)
                .search(new Counting(new int[] {9}), 4)
                .get(0);

        assertThat(text.tokens()).containsExactly(1, 1, 1, 1);
        assertThat(text.complete()).isFalse();
    }

    /** Repeats the token p + 1 for image p up to its length; a draw may also give the token after it. */
    private static final class Counting implements NextTokenModel {
        private final int[] lengths;
        private final List<Integer> rowsRead = new ArrayList<>();
        private int[] images;
        private int read;

        Counting(int[] lengths) {
            this.lengths = lengths;
            images = IntStream.range(0, lengths.length).toArray();
        }

        @Override
        public float[][] first() {
            return scores();
        }

        @Override
        public float[][] next(long[] tokens) {
            assertThat(tokens).hasSameSizeAs(images);
            read++;
            return scores();
        }

        @Override
        public void keep(long[] rows) {
            images = Arrays.stream(rows).mapToInt(row -> images[(int) row]).toArray();
        }

        @Override
        public void close() {}

        private float[][] scores() {
            rowsRead.add(images.length);
            float[][] scores = new float[images.length][lengths.length + 2];
            for (int row = 0; row < images.length; row++) {
                Arrays.fill(scores[row], Float.NEGATIVE_INFINITY);
                int image = images[row];
                if (read == lengths[image]) {
                    scores[row][END] = 0;
                } else {
                    scores[row][image + 1] = (float) Math.log(0.6);
                    scores[row][image + 2] = (float) Math.log(0.4);
                }
            }
            return scores;
        }
    }
}
