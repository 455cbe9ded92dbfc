package dev.latentstream.app.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.models.backbone.ModelCost;
import dev.latentstream.trainer.feed.settings.SequenceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonPageTest {
    @TempDir
    private Path folder;

    @Test
    void aNetworkOfFourTimesTheCostHasComputedAsMuchAfterAQuarterOfTheSteps() throws IOException {
        ComparedRun cheap = run("cheap", 1_000_000, 100, 25, 50, 100);
        ComparedRun costly = run("costly", 4_000_000, 100, 6, 12, 13, 25, 100);

        List<GridRow> rows = GridRow.atEqualCompute(List.of(cheap, costly));

        assertThat(cheap.compute(100)).isEqualTo(100 * 8 * 3e6);
        assertThat(rows)
                .extracting(row -> row.cells().stream().map(GridRow.Cell::step).toList())
                .containsExactly(List.of(25L, 6L), List.of(50L, 12L), List.of(100L, 25L));
        assertThat(rows).extracting(GridRow::title).containsExactly("0.600 GMACs", "1.20 GMACs", "2.40 GMACs");
        assertThat(costly.stepAt(cheap.compute(100))).isEqualTo(25);
    }

    @Test
    void aGridThatIsTooFarFromTheComputeOfItsRowIsNamedInsteadOfShown() throws IOException {
        ComparedRun cheap = run("cheap", 1_000_000, 100, 100);
        ComparedRun costly = run("costly", 4_000_000, 100, 22, 100);

        String html = ComparisonPage.html(comparison(cheap, costly));

        assertThat(html).contains("costly has no samples near this; the nearest are of step 22, 2.11 GMACs.");
    }

    @Test
    void atMostFourRowsOfEqualStepsEndWithTheLastCommonOne() throws IOException {
        long[] steps = IntStream.rangeClosed(1, 10).mapToLong(i -> i * 10L).toArray();
        ComparedRun one = run("one", 1, 100, steps);
        ComparedRun other = run("other", 1, 100, 20, 40, 60, 70, 90);

        assertThat(GridRow.atEqualSteps(List.of(one, other)))
                .extracting(GridRow::title)
                .containsExactly("Step 20", "Step 40", "Step 60", "Step 90");
        assertThat(GridRow.atEqualSteps(List.of(one, run("none", 1, 100)))).isEmpty();
    }

    @Test
    void aPageShowsFiguresCurvesAndSamplesAndNeedsNothingElse() throws IOException {
        String html = ComparisonPage.html(
                comparison(run("a<b", 2_000_000, 60, 15, 60), run("wide", 4_000_000, 60, 15, 30, 60)));

        assertThat(html)
                .contains("a&lt;b", "Compute is GMACs × 3 × samples", "All equal.", "<li>a red house</li>")
                .contains("<td>12,345</td>", "<td>480</td>", "aria-label=\"Loss over steps\"")
                .contains("<b>wide</b> step 30, 2.88 GMACs, loss 0.4842") // the mean of the steps 28 to 30
                .doesNotContain("a<b", "src=\"h", "href=", "url(", "@import", "NaN");
    }

    @Test
    void runsWithoutSamplesHaveAPageToo() throws IOException {
        String html = ComparisonPage.html(comparison(run("a", 1, 1), run("b", 1, 1)));

        assertThat(html)
                .contains("Too few steps for a curve.", "The runs have no sample grids of the same step.")
                .contains("The runs have no sample grids at about the same compute.");
    }

    @Test
    void samplesAreDrawnAtPartsOfTheStepsAndOfTheEqualCompute() {
        assertThat(ComparisonPlan.samplesAt(100, 100)).containsExactly(25L, 50L, 100L);
        assertThat(ComparisonPlan.samplesAt(100, 20)).containsExactly(5L, 10L, 20L, 25L, 50L, 100L);
        assertThat(ComparisonPlan.samplesAt(2, 0.1)).containsExactly(1L, 2L);
    }

    @Test
    void networksInAnotherOrderAreRefusedWithARemedy() {
        SequenceSettings dataset = SequenceSettings.onDataset("d", 1);
        SequenceSettings replay = SequenceSettings.replaying("compare-d-b");
        ComparisonPlan.requireSame("compare-d-a", dataset.recorded(), dataset);

        assertThatThrownBy(() -> ComparisonPlan.requireSame("compare-d-a", dataset.recorded(), replay))
                .hasMessage("the run compare-d-a was begun on the dataset d, and would continue on the steps of the run"
                        + " compare-d-b, since the first of --backbones trains on a dataset and the others replay it: name"
                        + " them in the order of before, or give another --name");
    }

    private static Comparison comparison(ComparedRun... runs) {
        return new Comparison(
                "latentstream compare",
                Instant.parse("2026-01-02T03:04:05Z"),
                List.of(runs),
                List.of("All equal."),
                List.of("a red house"));
    }

    /** A run with batches of 8 whose loss falls as 15 / (step + 2). */
    private ComparedRun run(String name, long macs, int steps, long... grids) throws IOException {
        TreeMap<Long, Path> images = new TreeMap<>();
        for (long grid : grids) {
            images.put(
                    grid,
                    Files.write(
                            folder.resolve(Integer.toHexString(name.hashCode()) + "-" + grid + ".png"),
                            new byte[] {1}));
        }
        return new ComparedRun(
                name,
                "UViT",
                new ModelCost(12_345, macs),
                10,
                IntStream.rangeClosed(1, steps)
                        .mapToObj(step -> new ComparedRun.Step(8L * step, 15f / (step + 2)))
                        .toList(),
                images);
    }
}
