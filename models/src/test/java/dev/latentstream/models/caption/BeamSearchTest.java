package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BeamSearchTest {
    private static final int END = 0;

    /** Tokens 1 and 2 are almost equally probable; after 1 no token is probable, after 2 the end is. */
    private static final Map<List<Long>, double[]> TREE = Map.of(
            List.of(), new double[] {0.01, 0.51, 0.48},
            List.of(1L), new double[] {0.34, 0.33, 0.33},
            List.of(2L), new double[] {0.98, 0.01, 0.01});

    @Test
    void findsTheTextWhoseSecondTokenMakesUpForTheFirst() {
        Hypothesis found = new BeamSearch(2, 1, END).search(new Tree(1), 5).get(0);

        assertThat(found.tokens()).containsExactly(2);
        assertThat(found.complete()).isTrue();
        assertThat(Math.exp(found.logProbability())).isCloseTo(0.48 * 0.98, within(1e-6));
    }

    @Test
    void oneBeamIsGreedy() {
        Hypothesis found = new BeamSearch(1, 1, END).search(new Tree(1), 5).get(0);

        assertThat(found.tokens()).containsExactly(1);
    }

    @Test
    void imagesAreSearchedIndependently() {
        List<Hypothesis> found = new BeamSearch(2, 3, END).search(new Tree(3), 5);

        assertThat(found).hasSize(3).allSatisfy(text -> assertThat(text.tokens())
                .containsExactly(2));
    }

    @Test
    void aTextCutAtTheMaximumLengthIsNotComplete() {
        Hypothesis found = new BeamSearch(1, 1, 99).search(new Tree(1), 1).get(0);

        assertThat(found.tokens()).containsExactly(1);
        assertThat(found.complete()).isFalse();
    }

    /** Probabilities by the past tokens; beyond the tree all tokens are equally probable. */
    private static final class Tree implements NextTokenModel {
        private List<List<Long>> rows = new ArrayList<>();

        Tree(int count) {
            for (int i = 0; i < count; i++) {
                rows.add(List.of());
            }
        }

        @Override
        public float[][] first() {
            return scores();
        }

        @Override
        public float[][] next(long[] tokens) {
            List<List<Long>> longer = new ArrayList<>();
            for (int i = 0; i < tokens.length; i++) {
                List<Long> row = new ArrayList<>(rows.get(i));
                row.add(tokens[i]);
                longer.add(row);
            }
            rows = longer;
            return scores();
        }

        @Override
        public void keep(long[] kept) {
            List<List<Long>> before = rows;
            rows = new ArrayList<>();
            for (long row : kept) {
                rows.add(before.get((int) row));
            }
        }

        @Override
        public void close() {}

        private float[][] scores() {
            float[][] scores = new float[rows.size()][3];
            for (int i = 0; i < scores.length; i++) {
                double[] row = TREE.getOrDefault(rows.get(i), new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0});
                for (int token = 0; token < 3; token++) {
                    scores[i][token] = (float) Math.log(row[token]);
                }
            }
            return scores;
        }
    }
}
