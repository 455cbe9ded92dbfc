package dev.latentstream.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.bench.measure.MedianAndRange;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.app.testing.TrainingReports;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    private static final MachineFacts MACHINE = new MachineFacts(2, 1, 1280, "17 (Debian)", "Linux amd64", "cpu()");

    @Test
    void ratioIsTheMedianOfTheRoundsAndNotTheRatioOfTheMedians() {
        BenchResult comparison = comparison(
                0.85,
                round(100, 90), // 0.9
                round(50, 40), // 0.8: the machine was busy
                round(110, 88)); // 0.8

        assertThat(comparison.ratio()).isEqualTo(new MedianAndRange(0.8, 0.8, 0.9));
        assertThat(comparison.kafka().median() / comparison.bare().median()).isEqualTo(0.88);
        assertThat(comparison.isMet()).isFalse();
    }

    @Test
    void theBoundItselfIsAcceptable() {
        assertThat(comparison(0.75, round(100, 75)).isMet()).isTrue();
        assertThat(new DataStall(60, 32, 0.02, List.of(new DataStall.Round(100, 0.02))).isMet())
                .isTrue();
        assertThat(new DataStall(60, 32, 0.02, List.of(new DataStall.Round(100, 0.021))).isMet())
                .isFalse();
    }

    @Test
    void stallIsWeightedByTimeWithoutTheFirstReport() {
        DataStall.Round round = DataStall.Round.of(List.of(
                TrainingReports.of(10, 16, 0.9), // buffers fill
                TrainingReports.of(20, 32, 0.5), // 10 s, of which 5 waiting
                TrainingReports.of(50, 32, 0))); // 30 s

        assertThat(round).isEqualTo(new DataStall.Round(32, 0.125));
    }

    @Test
    void linesShowTheFiguresAndWhetherTheyMeetTheirBounds() {
        BenchResult ingest = comparison(0.7, round(100, 65), round(100, 64));
        DataStall waiting =
                new DataStall(60, 32, 0.02, List.of(new DataStall.Round(80, 0.004), new DataStall.Round(82, 0.016)));

        HostileResult hostile = new HostileResult(
                64, 7, 0.5, List.of(new HostileResult.Round(80, 32), new HostileResult.Round(50, 40)));

        List<String> lines =
                new BenchReport(MACHINE, "scenes", List.of(ingest), hostile, waiting, List.of(), null).lines();

        assertThat(lines)
                .containsExactly(
                        "2 cores, PyTorch on cpu() with 1 threads an operation, Java 17 (Debian) with a heap of 1280 MiB,"
                                + " Linux amd64",
                        "Images: scenes",
                        "",
                        "stage   images  KB each  batch  threads  through Kafka/s  bare/s  ratio               bound          CPU ms each  bare",
                        "ingest      64       50     16        1             64.5   100.0   0.65  0.64-0.65  >= 0.70  missed          9.5   8.0",
                        "",
                        "ingest with 7 hostile files among 64 images: 36.0 images/s, without them 65.0, ratio 0.60"
                                + " (0.40-0.80), bound >= 0.50: met",
                        "trainer: waits for data 1.0 % of its time (0.4-1.6), bound <= 2 %: met; 60 steps of 32,"
                                + " 81.0 images/s",
                        "Medians of the rounds, least-greatest beside them.");
    }

    private static BenchResult comparison(double bound, BenchResult.Round... rounds) {
        return new BenchResult(BenchStage.INGEST, 64, 50_000, 16, 1, bound, List.of(rounds));
    }

    private static BenchResult.Round round(double bare, double kafka) {
        return new BenchResult.Round(new Throughput(bare, 8), new Throughput(kafka, 9.5));
    }
}
