package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.MedianAndRange;
import java.util.List;
import java.util.Locale;

/**
 * The rounds of ingest with hostile files among the images, against the same images alone, both through Kafka.
 *
 * @param images per round and side, without the hostile files; the first quarter is warm-up
 * @param files number of hostile files
 * @param bound minimum ratio that is acceptable
 */
record HostileResult(int images, int files, double bound, List<Round> rounds) {
    /** Images a second of both sides, measured one directly after the other; hostile files are not counted. */
    public record Round(double alone, double amongFiles) {
        public double ratio() {
            return amongFiles / alone;
        }
    }

    public HostileResult {
        rounds = List.copyOf(rounds);
    }

    public MedianAndRange alone() {
        return MedianAndRange.of(rounds.stream().map(Round::alone).toList());
    }

    public MedianAndRange amongFiles() {
        return MedianAndRange.of(rounds.stream().map(Round::amongFiles).toList());
    }

    /** Statistics of the ratios of the rounds. */
    public MedianAndRange ratio() {
        return MedianAndRange.of(rounds.stream().map(Round::ratio).toList());
    }

    public boolean isMet() {
        return ratio().median() >= bound;
    }

    /** Returns the result as one line. */
    String line() {
        return String.format(
                Locale.ROOT,
                "ingest with %d hostile files among %d images: %.1f images/s, without them %.1f, ratio %.2f (%s), bound >= %.2f: %s",
                files,
                images,
                amongFiles().median(),
                alone().median(),
                ratio().median(),
                ratio().range("%.2f"),
                bound,
                isMet() ? "met" : "missed");
    }
}
