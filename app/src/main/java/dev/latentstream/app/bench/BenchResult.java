package dev.latentstream.app.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A stage through Kafka against its bare function, several times in turn.
 *
 * @param images how many went through in each round, on each side; the first quarter is warm-up
 * @param imageBytes mean size of what the stage reads, in bytes
 * @param batchSize images that the function is given at once
 * @param threads that the stage has of its own: those that call the function
 * @param bound the least ratio that is good enough
 */
record BenchResult(
        BenchStage stage, int images, long imageBytes, int batchSize, int threads, double bound, List<Round> rounds) {
    /** Both sides, measured one right after the other. */
    public record Round(Throughput bare, Throughput kafka) {
        public double ratio() {
            return kafka.imagesPerSecond() / bare.imagesPerSecond();
        }
    }

    public BenchResult {
        rounds = List.copyOf(rounds);
    }

    /** Images a second. */
    public MedianAndRange bare() {
        return spread(round -> round.bare().imagesPerSecond());
    }

    /** Images a second. */
    public MedianAndRange kafka() {
        return spread(round -> round.kafka().imagesPerSecond());
    }

    /** Milliseconds an image. */
    public MedianAndRange bareCpu() {
        return spread(round -> round.bare().cpuMillis());
    }

    /** Milliseconds an image; the broker's are not among them. */
    public MedianAndRange kafkaCpu() {
        return spread(round -> round.kafka().cpuMillis());
    }

    /** Of the ratios of the rounds, so that a machine that became slower between two rounds does not count. */
    public MedianAndRange ratio() {
        return spread(Round::ratio);
    }

    public boolean isMet() {
        return ratio().median() >= bound;
    }

    private MedianAndRange spread(ToDoubleFunction<Round> value) {
        return MedianAndRange.of(rounds.stream().mapToDouble(value).boxed().toList());
    }
}
