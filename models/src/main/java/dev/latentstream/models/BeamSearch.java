package dev.latentstream.models;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Follows the most probable beginnings of a text, and ends with the most probable text by its mean log-probability. */
final class BeamSearch {
    private final int beams;
    private final int batch;
    private final long end;

    /** Beginnings that go on, and texts that have ended, of one picture. */
    private static final class Search {
        private List<TokenText> going = List.of(TokenText.EMPTY);
        private final List<TokenText> ended = new ArrayList<>();
    }

    /** A beginning and one token more. */
    private record Step(int row, int token, TokenText text) {}

    BeamSearch(int beams, int batch, long end) {
        this.beams = beams;
        this.batch = batch;
        this.end = end;
    }

    List<TokenText> search(TokenScores reader, int most) {
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
                    steps.addAll(advance(search, scores, row));
                    row += count;
                }
                if (steps.isEmpty() || length == most) {
                    break;
                }
                reader.keep(steps.stream().mapToLong(Step::row).toArray());
                scores = reader.next(steps.stream().mapToLong(Step::token).toArray());
            }
        }
        return searches.stream().map(BeamSearch::best).toList();
    }

    /** Moves one picture's beginnings on by a token; none where enough texts have ended. */
    private List<Step> advance(Search search, float[][] scores, int firstRow) {
        List<Step> steps = new ArrayList<>();
        for (int beam = 0; beam < search.going.size(); beam++) {
            float[] row = scores[firstRow + beam];
            TokenText text = search.going.get(beam);
            for (int token : greatest(row, 2 * beams)) { // one of them may be the end
                steps.add(new Step(firstRow + beam, token, text.then(token, row[token], end)));
            }
        }
        steps.sort(Comparator.comparingDouble((Step s) -> s.text().logProbability())
                .reversed());
        List<Step> going = new ArrayList<>();
        for (Step step : steps.subList(0, Math.min(steps.size(), 2 * beams))) {
            if (step.text().complete()) {
                search.ended.add(step.text());
            } else if (going.size() < beams) {
                going.add(step);
            }
        }
        if (search.ended.size() >= beams) {
            going.clear();
        }
        if (!going.isEmpty() || !search.ended.isEmpty()) {
            search.going = going.stream().map(Step::text).toList();
        }
        return going;
    }

    private static TokenText best(Search search) {
        List<TokenText> candidates = search.ended.isEmpty() ? search.going : search.ended;
        return candidates.stream()
                .max(Comparator.comparingDouble(TokenText::score))
                .orElseThrow();
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
