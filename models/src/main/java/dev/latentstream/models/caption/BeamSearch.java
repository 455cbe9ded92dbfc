package dev.latentstream.models.caption;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search for the text with the highest mean log-probability: that of transformers' {@code generate} with its defaults
 * {@code early_stopping=False} and {@code length_penalty=1}.
 */
final class BeamSearch {
    private final int beams;
    private final int batch;
    private final long[] ends;

    /** The unfinished hypotheses of one image, the most probable first, and its best finished ones. */
    private static final class Search {
        private List<Hypothesis> unfinished = List.of(Hypothesis.EMPTY);
        private List<Hypothesis> finished = List.of();
    }

    /** A hypothesis with one more token. */
    private record Step(int row, int token, Hypothesis text) {}

    /** @param ends ids of the tokens each of which ends a text */
    BeamSearch(int beams, int batch, long... ends) {
        this.beams = beams;
        this.batch = batch;
        this.ends = ends.clone();
    }

    List<Hypothesis> search(NextTokenModel model, int maxLength) {
        List<Search> searches = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            searches.add(new Search());
        }
        try (model) {
            float[][] scores = model.first();
            for (int length = 1; length <= maxLength; length++) {
                List<Step> steps = new ArrayList<>();
                int row = 0;
                for (Search search : searches) {
                    int count = search.unfinished.size();
                    steps.addAll(advance(search, scores, row, length == maxLength));
                    row += count;
                }
                if (steps.isEmpty()) {
                    break;
                }
                model.keep(steps.stream().mapToLong(Step::row).toArray());
                scores = model.next(steps.stream().mapToLong(Step::token).toArray());
            }
        }
        return searches.stream().map(BeamSearch::best).toList();
    }

    /** Extends the hypotheses of one image by a token; none remain where they cannot surpass the finished ones. */
    private List<Step> advance(Search search, float[][] scores, int firstRow, boolean last) {
        int candidates = (1 + ends.length) * beams; // enough for the unfinished ones, whatever ends
        List<Step> steps = new ArrayList<>();
        for (int beam = 0; beam < search.unfinished.size(); beam++) {
            float[] row = scores[firstRow + beam];
            Hypothesis text = search.unfinished.get(beam);
            for (int token : greatest(row, candidates)) {
                steps.add(new Step(firstRow + beam, token, text.append(token, row[token], ends)));
            }
        }
        steps.sort(Comparator.comparingDouble((Step s) -> s.text().logProbability())
                .reversed());
        List<Step> unfinished = new ArrayList<>();
        List<Hypothesis> finished = new ArrayList<>(search.finished);
        for (int rank = 0; rank < Math.min(steps.size(), candidates); rank++) {
            Step step = steps.get(rank);
            if (rank < beams && (last || step.text().complete())) { // an end of lower rank is not probable enough
                finished.add(step.text());
            }
            if (!last && !step.text().complete() && unfinished.size() < beams) {
                unfinished.add(step);
            }
        }
        finished.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
        search.finished = List.copyOf(finished.subList(0, Math.min(finished.size(), beams)));
        if (search.finished.size() == beams && !isBetter(unfinished, search.finished.get(beams - 1))) {
            unfinished.clear();
        }
        search.unfinished = unfinished.stream().map(Step::text).toList();
        return unfinished;
    }

    private static boolean isBetter(List<Step> unfinished, Hypothesis finished) {
        return !unfinished.isEmpty() && unfinished.get(0).text().score() > finished.score();
    }

    private static Hypothesis best(Search search) {
        return search.finished.get(0);
    }

    /** Indices of the greatest values, the greatest first. */
    private static List<Integer> greatest(float[] values, int count) {
        List<Integer> best = new ArrayList<>(count + 1);
        for (int i = 0; i < values.length; i++) {
            if (best.size() == count && values[best.get(count - 1)] >= values[i]) {
                continue;
            }
            int rank = best.size();
            while (rank > 0 && values[best.get(rank - 1)] < values[i]) {
                rank--;
            }
            best.add(rank, i);
            if (best.size() > count) {
                best.remove(count);
            }
        }
        return best;
    }
}
