package dev.latentstream.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.app.cli.Failure;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeedResultTest {
    @Test
    void linesHaveTheRatiosOfTheRoundsAndTheirBounds() {
        FeedResult result = new FeedResult(
                40_000,
                8700,
                32,
                new FeedResult.Memory(6144, 53_000_000, 60_000_000),
                new FeedResult.Bounds(0.7, 0.05, 60),
                List.of(round(10_000, 8_000, 8_200, 58), round(20_000, 13_000, 13_100, 60)));

        assertThat(result.lines())
                .containsExactly(
                        "feed, batches of 32: 10500 samples/s, Kafka's consumer-perf 15000 records/s of 8700 bytes;"
                                + " ratio 0.73 (0.65-0.80), bound >= 0.70: met",
                        "  CPU in this process: 100 us a sample, 90 without the ledger; consumer-perf 20 us a record",
                        "  ledger: 59.0 bytes a sample, bound <= 60: met; costs 1.6 % of the rate (0.8-2.4), bound <= 5 %: met",
                        "  buffers: 6144 latents configured, 53.0 MB of records; 60.0 MB of heap measured");
    }

    @Test
    void theDialHasThePercentilesOfItsTurns() {
        List<DialResult.Turn> turns = IntStream.rangeClosed(1, 200)
                .mapToObj(i -> new DialResult.Turn(i <= 150 ? 3 : i <= 199 ? 5 : 9, i <= 150 ? 1 : 2, i / 100.0))
                .toList();

        assertThat(new DialResult(50, turns).line())
                .isEqualTo(
                        "dial: 200 turns, steps of 50 ms: first step under a policy after 3 steps (p50), 5 (p99); 1.00 s (p50), 1.98 (p99);"
                                + " once it was acknowledged, after 1 steps (p50), 2 (p99)");
    }

    @Test
    void theRateOfTheToolIsReadByItsName() {
        assertThat(ConsumerPerf.rate("""
                        start.time, end.time, data.consumed.in.MB, fetch.MB.sec, fetch.nMsg.sec
                        2026-01-02 03:04:05:678, 2026-01-02 03:04:06:678, 331.2668, 160.5, 19474.2
                        """)).isEqualTo(19474.2);
        assertThatThrownBy(() -> ConsumerPerf.rate("WARNING: Exiting before consuming the expected number of records"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("printed no fetch.nMsg.sec above 0: WARNING");
        assertThatThrownBy(() -> ConsumerPerf.rate("""
                        start.time, end.time, data.consumed.in.MB, fetch.MB.sec, fetch.nMsg.sec
                        2026-01-02 03:04:05:678, 2026-01-02 03:04:15:678, 0.0000, 0.0, 0.0000
                        """))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("above 0");
    }

    private static FeedResult.Round round(double tool, double feed, double withoutLedger, double bytes) {
        return new FeedResult.Round(
                new Throughput(tool, 0.02), new Throughput(feed, 0.1), new Throughput(withoutLedger, 0.09), bytes);
    }
}
