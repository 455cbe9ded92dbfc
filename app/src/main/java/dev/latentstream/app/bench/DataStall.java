package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.MedianAndRange;
import dev.latentstream.app.stages.TrainingPace;
import dev.latentstream.schemas.TrainingMetrics;
import java.util.List;

/**
 * The share of its time that a trainer waits for data.
 *
 * @param steps of each round; those of the first report are warm-up
 * @param batchSize images per step
 * @param bound maximum share that is acceptable
 */
record DataStall(int steps, int batchSize, double bound, List<Round> rounds) {
    /**
     * One run.
     *
     * @param imagesPerSecond trained on
     * @param share of the time spent waiting, 0 to 1
     */
    public record Round(double imagesPerSecond, double share) {
        /** Combines the reports of a run, without the first one, which includes the filling of the buffers. */
        static Round of(List<TrainingMetrics> reports) {
            if (reports.size() < 2) {
                throw new IllegalArgumentException(
                        "%d reports of a run; the first one does not count, so 2 are needed".formatted(reports.size()));
            }
            TrainingPace pace = TrainingPace.of(
                    reports.subList(1, reports.size()), reports.get(0).getStep());
            return new Round(pace.imagesPerSecond(), pace.stall());
        }
    }

    public DataStall {
        rounds = List.copyOf(rounds);
    }

    public MedianAndRange share() {
        return MedianAndRange.of(rounds.stream().map(Round::share).toList());
    }

    public MedianAndRange imagesPerSecond() {
        return MedianAndRange.of(rounds.stream().map(Round::imagesPerSecond).toList());
    }

    public boolean isMet() {
        return share().median() <= bound;
    }
}
