package dev.latentstream.app.bench;

import dev.latentstream.app.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The results of a benchmark.
 *
 * @param images their origin
 * @param hostile null if ingest was not measured with hostile files
 * @param waiting null if the trainer was not measured
 * @param feed one for each size of a batch; empty if the feed was not measured
 * @param dial null if the feed was not measured
 */
record BenchReport(
        MachineFacts machine,
        String images,
        List<BenchResult> stages,
        @Nullable HostileResult hostile,
        @Nullable DataStall waiting,
        List<FeedResult> feed,
        @Nullable DialResult dial) {
    public BenchReport {
        stages = List.copyOf(stages);
        feed = List.copyOf(feed);
    }

    /** Returns the report as text. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(machine.line());
        lines.add("Images: " + images);
        lines.add("");
        if (!stages.isEmpty()) {
            lines.addAll(table());
        }
        Optional.ofNullable(hostile).ifPresent(result -> lines.add(result.line()));
        Optional.ofNullable(waiting).ifPresent(stall -> lines.add(text(stall)));
        feed.forEach(result -> lines.addAll(result.lines()));
        Optional.ofNullable(dial).ifPresent(result -> lines.add(result.line()));
        lines.add("Medians of the rounds, least-greatest beside them.");
        return lines;
    }

    private List<String> table() {
        TextTable table = new TextTable(
                "stage",
                "images",
                "KB each",
                "batch",
                "threads",
                "through Kafka/s",
                "bare/s",
                "ratio",
                "",
                "bound",
                "",
                "CPU ms each",
                "bare");
        for (BenchResult stage : stages) {
            table.row(
                    stage.stage(),
                    stage.images(),
                    stage.imageBytes() / 1000,
                    stage.batchSize(),
                    stage.threads(),
                    decimal("%.1f", stage.kafka().median()),
                    decimal("%.1f", stage.bare().median()),
                    decimal("%.2f", stage.ratio().median()),
                    stage.ratio().range("%.2f"),
                    decimal(">= %.2f", stage.bound()),
                    stage.isMet() ? "met" : "missed",
                    decimal("%.1f", stage.kafkaCpu().median()),
                    decimal("%.1f", stage.bareCpu().median()));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("");
        return lines;
    }

    private static String text(DataStall stall) {
        return String.format(
                Locale.ROOT,
                "trainer: waits for data %.1f %% of its time (%.1f-%.1f), bound <= %.0f %%: %s; %d steps of %d, %.1f images/s",
                stall.share().median() * 100,
                stall.share().least() * 100,
                stall.share().greatest() * 100,
                stall.bound() * 100,
                stall.isMet() ? "met" : "missed",
                stall.steps(),
                stall.batchSize(),
                stall.imagesPerSecond().median());
    }

    private static String decimal(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
