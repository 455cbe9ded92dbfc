package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.MedianAndRange;
import dev.latentstream.app.bench.measure.Throughput;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The rounds of one stage, through Kafka against its bare function.
 *
 * @param images per round and side; the first quarter is warm-up
 * @param imageBytes mean size of the images that the stage reads, in bytes
 * @param batchSize images per call of the function
 * @param threads of the stage that call the function
 * @param bound minimum ratio that is acceptable
 */
record BenchResult(
        BenchStage stage, int images, long imageBytes, int batchSize, int threads, double bound, List<Round> rounds) {
    /** Both sides, measured one directly after the other. */
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

    /** Milliseconds per image. */
    public MedianAndRange bareCpu() {
        return spread(round -> round.bare().cpuMillis());
    }

    /** Milliseconds per image, without those of the broker. */
    public MedianAndRange kafkaCpu() {
        return spread(round -> round.kafka().cpuMillis());
    }

    /** Statistics of the ratios of the rounds, so that a machine that slows down between two rounds does not matter. */
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
