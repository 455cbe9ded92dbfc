package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.MedianAndRange;
import dev.latentstream.app.bench.measure.Throughput;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The feed of a trainer, without text encoder and network, against Kafka's consumer performance tool on the same topics.
 *
 * @param latents per round
 * @param recordBytes mean size of a latent's record
 * @param batchSize samples per step
 * @param memory of the buffers
 */
record FeedResult(int latents, long recordBytes, int batchSize, Memory memory, Bounds bounds, List<Round> rounds) {
    /**
     * Bounds on a result.
     *
     * @param rate minimum share of the tool's rate
     * @param ledgerCost maximum share of the rate that the ledger may cost
     * @param ledgerBytes maximum number of bytes of the ledger per sample
     */
    record Bounds(double rate, double ledgerCost, double ledgerBytes) {}

    /**
     * All sides, measured one directly after the other.
     *
     * @param tool the tool, whose images are records
     * @param feed the feed, whose images are samples
     * @param withoutLedger a feed whose steps are not recorded
     * @param ledgerBytes size of the ledger per sample, on the broker's disk
     */
    record Round(Throughput tool, Throughput feed, Throughput withoutLedger, double ledgerBytes) {
        double ratio() {
            return feed.imagesPerSecond() / tool.imagesPerSecond();
        }

        double ledgerCost() {
            return 1 - feed.imagesPerSecond() / withoutLedger.imagesPerSecond();
        }
    }

    /**
     * The memory of full buffers.
     *
     * @param latents in shuffle buffers and read ahead, as configured
     * @param configured bytes of their records
     * @param measured bytes of the heap
     */
    record Memory(long latents, long configured, long measured) {}

    FeedResult {
        rounds = List.copyOf(rounds);
    }

    public MedianAndRange tool() {
        return spread(round -> round.tool().imagesPerSecond());
    }

    public MedianAndRange feed() {
        return spread(round -> round.feed().imagesPerSecond());
    }

    public MedianAndRange ratio() {
        return spread(Round::ratio);
    }

    public MedianAndRange ledgerCost() {
        return spread(Round::ledgerCost);
    }

    public MedianAndRange ledgerBytes() {
        return spread(Round::ledgerBytes);
    }

    /** Returns the result as text. */
    List<String> lines() {
        return List.of(
                format(
                        "feed, batches of %d: %.0f samples/s, Kafka's consumer-perf %.0f records/s of %d bytes; ratio %.2f (%s), bound >= %.2f: %s",
                        batchSize,
                        feed().median(),
                        tool().median(),
                        recordBytes,
                        ratio().median(),
                        ratio().range("%.2f"),
                        bounds.rate(),
                        met(ratio().median() >= bounds.rate())),
                format(
                        "  CPU in this process: %.0f us a sample, %.0f without the ledger; consumer-perf %.0f us a record",
                        spread(round -> round.feed().cpuMillis() * 1e3).median(),
                        spread(round -> round.withoutLedger().cpuMillis() * 1e3).median(),
                        spread(round -> round.tool().cpuMillis() * 1e3).median()),
                format(
                        "  ledger: %.1f bytes a sample, bound <= %.0f: %s; costs %.1f %% of the rate (%s), bound <= %.0f %%: %s",
                        ledgerBytes().median(),
                        bounds.ledgerBytes(),
                        met(ledgerBytes().median() <= bounds.ledgerBytes()),
                        ledgerCost().median() * 100,
                        spread(round -> round.ledgerCost() * 100).range("%.1f"),
                        bounds.ledgerCost() * 100,
                        met(ledgerCost().median() <= bounds.ledgerCost())),
                format(
                        "  buffers: %d latents configured, %.1f MB of records; %.1f MB of heap measured",
                        memory.latents(), memory.configured() / 1e6, memory.measured() / 1e6));
    }

    private MedianAndRange spread(ToDoubleFunction<Round> value) {
        return MedianAndRange.of(rounds.stream().mapToDouble(value).boxed().toList());
    }

    private static String met(boolean isMet) {
        return isMet ? "met" : "missed";
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
