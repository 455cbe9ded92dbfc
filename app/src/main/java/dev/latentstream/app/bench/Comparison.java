package dev.latentstream.app.bench;

import java.util.List;

/**
 * A stage through Kafka against its bare function, several times in turn.
 *
 * @param images how many went through in each round, on each side; the first quarter is warm-up
 * @param imageBytes mean size of what the stage reads, in bytes
 * @param batchSize images that the function is given at once
 * @param threads that the stage has of its own: those that call the function
 * @param bound the least ratio that is good enough
 */
public record Comparison(
        BenchStage stage, int images, long imageBytes, int batchSize, int threads, double bound, List<Round> rounds) {
    /** Images a second of both sides, measured one right after the other. */
    public record Round(double bare, double kafka) {
        public double ratio() {
            return kafka / bare;
        }
    }

    public Comparison {
        rounds = List.copyOf(rounds);
    }

    public Spread bare() {
        return Spread.of(rounds.stream().map(Round::bare).toList());
    }

    public Spread kafka() {
        return Spread.of(rounds.stream().map(Round::kafka).toList());
    }

    /** Of the ratios of the rounds, so that a machine that became slower between two rounds does not count. */
    public Spread ratio() {
        return Spread.of(rounds.stream().map(Round::ratio).toList());
    }

    public boolean isMet() {
        return ratio().median() >= bound;
    }
}
