package dev.latentstream.app.compare;

import static dev.latentstream.app.page.Html.escaped;
import static dev.latentstream.app.page.Html.number;
import static dev.latentstream.app.page.Html.wide;

import dev.latentstream.app.page.Html;
import dev.latentstream.app.page.LossCurves;
import dev.latentstream.app.page.LossCurves.Curve;
import dev.latentstream.app.page.LossCurves.LossPoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Renders a comparison as one self-contained HTML file: style and images are inside. */
final class ComparisonPage {
    private static final String COMPUTE = """
            Compute is GMACs × 3 × samples. GMACs are the multiply-accumulates of linear layers and convolutions in one forward pass for \
            one latent of these runs and its text, counted from shapes as in <code>models list</code>; the products of queries, keys and \
            values, the text encoder and the autoencoder do not count. A training step takes three times that for each sample: one \
            forward pass, and a backward pass of twice its size.""";

    private ComparisonPage() {}

    /** Returns the whole page, with the sample grids that it reads. */
    static String html(Comparison comparison) throws IOException {
        List<ComparedRun> runs = comparison.runs();
        double compute = runs.stream()
                .mapToDouble(run -> run.compute(run.lastStep()))
                .max()
                .orElse(0);
        Compute unit = Compute.of(compute);
        return Html.page(
                "latentstream comparison",
                "<code>%s</code><br>ended %s".formatted(escaped(comparison.command()), comparison.ended()),
                String.join(
                        "\n",
                        wide("Runs", sameness(comparison) + "<br>" + COMPUTE, ComparisonTable.html(runs) + losses()),
                        wide(
                                "Loss at equal steps",
                                "Running mean of the loss over the steps. Runs of one seed get the same noise at the same step.",
                                curves("steps", runs, (run, step) -> step)),
                        wide(
                                "Loss at equal compute",
                                "The same losses over the compute of each run so far, in %s.".formatted(unit.unit()),
                                curves(unit.unit(), runs, (run, step) -> unit.amount(run.compute(step)))),
                        samples(
                                "Samples at equal steps",
                                "Drawn from the averaged weights, always from the same noise.",
                                "The runs have no sample grids of the same step.",
                                GridRow.atEqualSteps(runs)),
                        samples(
                                "Samples at equal compute",
                                "At a quarter, a half and all of what the cheapest run has computed at its end; a network that costs more is there after fewer steps.",
                                "The runs have no sample grids at about the same compute.",
                                GridRow.atEqualCompute(runs)),
                        prompts(comparison)));
    }

    private static String sameness(Comparison comparison) {
        return comparison.sameness().stream().map(Html::escaped).collect(Collectors.joining("<br>", "<b>", "</b>"));
    }

    private static String losses() {
        return "<p class=\"quiet\">Losses are means of the last tenth of the steps up to there, at most of 50. Equal steps: the last step"
                + " that all runs have. Equal compute: all that the cheapest run has computed.</p>";
    }

    private static String curves(
            String measure, List<ComparedRun> runs, ToDoubleBiFunction<ComparedRun, Long> horizontal) {
        List<Curve> curves = runs.stream()
                .map(run -> new Curve(
                        run.name(),
                        LongStream.rangeClosed(1, run.lastStep())
                                .filter(step -> Float.isFinite(run.steps()
                                        .get(Math.toIntExact(step) - 1)
                                        .loss()))
                                .mapToObj(step -> new LossPoint(
                                        horizontal.applyAsDouble(run, step),
                                        run.steps()
                                                .get(Math.toIntExact(step) - 1)
                                                .loss()))
                                .toList()))
                .toList();
        return new LossCurves(measure, curves).svg();
    }

    private static String samples(String title, String lead, String none, List<GridRow> rows) throws IOException {
        if (rows.isEmpty()) {
            return wide(title, lead, "<p class=\"missing\">%s</p>".formatted(none));
        }
        StringBuilder content = new StringBuilder();
        for (GridRow row : rows) {
            content.append("<h3>%s</h3><div class=\"side\">".formatted(escaped(row.title())));
            for (GridRow.Cell cell : row.cells()) {
                content.append(figure(cell));
            }
            content.append("</div>");
        }
        return wide(title, lead, content.toString());
    }

    private static String figure(GridRow.Cell cell) throws IOException {
        ComparedRun run = cell.run();
        Optional<byte[]> image = cell.image();
        if (image.isEmpty()) {
            return "<figure><p class=\"missing\">%s has no samples near this; the nearest are of step %s, %s.</p></figure>"
                    .formatted(escaped(run.name()), number(cell.step()), Compute.text(run.compute(cell.step())));
        }
        return "<figure>%s<figcaption><b>%s</b> step %s, %s, loss %s</figcaption></figure>"
                .formatted(
                        Html.image(run.name(), image.get()),
                        escaped(run.name()),
                        number(cell.step()),
                        Compute.text(run.compute(cell.step())),
                        ComparisonTable.loss(run, cell.step()));
    }

    private static String prompts(Comparison comparison) {
        return comparison.prompts().isEmpty()
                ? ""
                : wide(
                        "Prompts",
                        "Of the samples, row by row, as the settings have them.",
                        comparison.prompts().stream()
                                .map(prompt -> "<li>%s</li>".formatted(escaped(prompt)))
                                .collect(Collectors.joining("", "<ol class=\"quiet\">", "</ol>")));
    }
}
