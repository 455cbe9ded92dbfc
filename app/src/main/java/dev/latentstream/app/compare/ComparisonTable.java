package dev.latentstream.app.compare;

import static dev.latentstream.app.page.Html.decimal;
import static dev.latentstream.app.page.Html.number;

import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.page.Html;
import java.util.List;
import java.util.stream.Collectors;

/** The figures of the runs, on a console or in a page. */
final class ComparisonTable {
    private static final List<String> HEADS = List.of(
            "Run",
            "network",
            "parameters",
            "GMACs",
            "images/s",
            "steps",
            "samples",
            "compute",
            "last loss",
            "at equal steps",
            "at equal compute");

    private ComparisonTable() {}

    static List<String> lines(List<ComparedRun> runs) {
        TextTable table = new TextTable(HEADS.toArray(String[]::new));
        runs.forEach(run -> table.row(cells(run, runs).toArray()));
        return table.lines();
    }

    static String html(List<ComparedRun> runs) {
        String rows = runs.stream().map(run -> row("td", cells(run, runs))).collect(Collectors.joining());
        return "<div class=\"table\"><table><thead>%s</thead><tbody>%s</tbody></table></div>"
                .formatted(row("th", HEADS), rows);
    }

    private static String row(String tag, List<String> cells) {
        StringBuilder row = new StringBuilder("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            String text = i == 0 ? " class=\"name\"" : i == 1 ? " class=\"text\"" : "";
            row.append("<%s%s>%s</%s>".formatted(tag, text, Html.escaped(cells.get(i)), tag));
        }
        return row.append("</tr>").toString();
    }

    private static List<String> cells(ComparedRun run, List<ComparedRun> runs) {
        long common = runs.stream().mapToLong(ComparedRun::lastStep).min().orElse(0);
        long equal = run.stepAt(GridRow.budget(runs));
        return List.of(
                run.name(),
                run.network(),
                number(run.cost().parameters()),
                giga(run.cost().macs() / 1e9),
                decimal(run.imagesPerSecond(), 1),
                number(run.lastStep()),
                number(run.samples(run.lastStep())),
                Compute.text(run.compute(run.lastStep())),
                loss(run, run.lastStep()),
                loss(run, common),
                loss(run, equal) + " (step " + number(equal) + ")");
    }

    /** Three digits at least: a tiny network has a thousandth of a GMAC. */
    private static String giga(double macs) {
        return decimal(macs, macs >= 100 ? 0 : macs >= 1 ? 2 : 4);
    }

    static String loss(ComparedRun run, long step) {
        double loss = run.loss(step);
        return Double.isFinite(loss) ? decimal(loss, 4) : "-";
    }
}
