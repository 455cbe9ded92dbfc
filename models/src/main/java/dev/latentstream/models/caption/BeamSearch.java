package dev.latentstream.models.caption;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Follows the most probable beginnings of a text, and ends with the most probable text by its mean log-probability: the search
 * of transformers' {@code generate} with its own settings, {@code early_stopping=False} and {@code length_penalty=1}.
 */
final class BeamSearch {
    private final int beams;
    private final int batch;
    private final long end;

    /** Beginnings that go on, the likeliest first, and the best texts that have ended, of one picture. */
    private static final class Search {
        private List<Hypothesis> going = List.of(Hypothesis.EMPTY);
        private List<Hypothesis> ended = List.of();
    }

    /** A beginning and one token more. */
    private record Step(int row, int token, Hypothesis text) {}

    BeamSearch(int beams, int batch, long end) {
        this.beams = beams;
        this.batch = batch;
        this.end = end;
    }

    List<Hypothesis> search(NextTokenModel reader, int most) {
        List<Search> searches = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            searches.add(new Search());
        }
        try (reader) {
            float[][] scores = reader.first();
            for (int length = 1; length <= most; length++) {
                List<Step> steps = new ArrayList<>();
                int row = 0;
                for (Search search : searches) {
                    int count = search.going.size();
                    steps.addAll(advance(search, scores, row, length == most));
                    row += count;
                }
                if (steps.isEmpty()) {
                    break;
                }
                reader.keep(steps.stream().mapToLong(Step::row).toArray());
                scores = reader.next(steps.stream().mapToLong(Step::token).toArray());
            }
        }
        return searches.stream().map(BeamSearch::best).toList();
    }

    /** Moves one picture's beginnings on by a token; none where they cannot become better than what has ended. */
    private List<Step> advance(Search search, float[][] scores, int firstRow, boolean last) {
        List<Step> steps = new ArrayList<>();
        for (int beam = 0; beam < search.going.size(); beam++) {
            float[] row = scores[firstRow + beam];
            Hypothesis text = search.going.get(beam);
            for (int token : greatest(row, 2 * beams)) { // one of them may be the end
                steps.add(new Step(firstRow + beam, token, text.append(token, row[token], end)));
            }
        }
        steps.sort(Comparator.comparingDouble((Step s) -> s.text().logProbability())
                .reversed());
        List<Step> going = new ArrayList<>();
        List<Hypothesis> ended = new ArrayList<>(search.ended);
        for (int rank = 0; rank < Math.min(steps.size(), 2 * beams); rank++) {
            Step step = steps.get(rank);
            if (rank < beams && (last || step.text().complete())) { // an end further behind is not likely enough
                ended.add(step.text());
            }
            if (!last && !step.text().complete() && going.size() < beams) {
                going.add(step);
            }
        }
        ended.sort(Comparator.comparingDouble(Hypothesis::score).reversed());
        search.ended = List.copyOf(ended.subList(0, Math.min(ended.size(), beams)));
        if (search.ended.size() == beams && !isBetter(going, search.ended.get(beams - 1))) {
            going.clear();
        }
        search.going = going.stream().map(Step::text).toList();
        return going;
    }

    private static boolean isBetter(List<Step> going, Hypothesis ended) {
        return !going.isEmpty() && going.get(0).text().score() > ended.score();
    }

    private static Hypothesis best(Search search) {
        return search.ended.get(0);
    }

    /** Numbers of the greatest values, the greatest first. */
    private static List<Integer> greatest(float[] values, int count) {
        List<Integer> best = new ArrayList<>(count + 1);
        for (int i = 0; i < values.length; i++) {
            if (best.size() == count && values[best.get(count - 1)] >= values[i]) {
                continue;
            }
            int place = best.size();
            while (place > 0 && values[best.get(place - 1)] < values[i]) {
                place--;
            }
            best.add(place, i);
            if (best.size() > count) {
                best.remove(count);
            }
        }
        return best;
    }
}
