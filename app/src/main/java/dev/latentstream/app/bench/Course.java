package dev.latentstream.app.bench;

import java.util.ArrayList;
import java.util.List;

/** How much was done by when. */
final class Course {
    private final List<Mark> marks = new ArrayList<>();

    private record Mark(long nanos, long done) {}

    /**
     * Takes note of how much is done; says nothing where that is no more than before.
     *
     * @param nanos of a clock that only moves forward
     */
    void mark(long nanos, long done) {
        Mark last = marks.isEmpty() ? null : marks.get(marks.size() - 1);
        if (last != null && done < last.done()) {
            throw new IllegalArgumentException("%d done after %d".formatted(done, last.done()));
        }
        if (last == null || done > last.done()) {
            marks.add(new Mark(nanos, done));
        }
    }

    /** What is done now. */
    long done() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1).done();
    }

    /**
     * How much was done a second, from the first mark at which the warm-up was over to the last mark.
     *
     * @throws IllegalArgumentException where there are no two such marks
     */
    double rate(long warmUp) {
        List<Mark> warm = marks.stream().filter(mark -> mark.done() >= warmUp).toList();
        if (warm.size() < 2) {
            throw new IllegalArgumentException("%d marks of %d done are beyond the warm-up of %d; 2 are needed"
                    .formatted(warm.size(), done(), warmUp));
        }
        Mark first = warm.get(0);
        Mark last = warm.get(warm.size() - 1);
        return (last.done() - first.done()) * 1e9 / (last.nanos() - first.nanos());
    }
}
