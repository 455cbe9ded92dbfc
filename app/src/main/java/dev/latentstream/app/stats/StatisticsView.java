package dev.latentstream.app.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.TextTable;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * Statistics as they are shown.
 *
 * @param sources those of each source
 * @param all those of all together
 */
record StatisticsView(SortedMap<String, SourceStatistics> sources, SourceStatistics all) {
    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode bySource = node.putObject("sources");
        sources.forEach((name, source) -> bySource.set(name, source.json()));
        node.set("all", all.json());
        return node;
    }

    /** Returns a table with three rows a source, one for each kind of caption, and a line for each reason of rejections. */
    List<String> lines() {
        TextTable table = new TextTable(
                "source",
                "raw",
                "kept",
                "score raw",
                "score kept",
                "captions",
                "images",
                "pairs",
                "nouns",
                "nouns/image");
        sources.forEach((name, source) -> add(table, name, source));
        if (sources.size() > 1) {
            add(table, "(all)", all);
        }
        List<String> lines = new ArrayList<>(table.lines());
        sources.forEach((name, source) -> source.rejections()
                .forEach((reason, images) -> lines.add("%s: %d refused as %s".formatted(name, images, reason))));
        return lines;
    }

    private static void add(TextTable table, String name, SourceStatistics source) {
        String shown = name;
        for (Map.Entry<String, NounStatistics> kind : source.nouns().entrySet()) {
            boolean first = !shown.isEmpty();
            NounStatistics nouns = kind.getValue();
            table.row(
                    shown,
                    first ? source.raw() : "",
                    first ? source.kept() : "",
                    first ? mean(source.rawScores()) : "",
                    first ? mean(source.keptScores()) : "",
                    kind.getKey(),
                    nouns.images(),
                    nouns.pairs(),
                    nouns.distinctText(),
                    String.format(Locale.ROOT, "%.1f", nouns.perImage()));
            shown = "";
        }
    }

    private static String mean(DoubleSummaryStatistics scores) {
        return scores.getCount() == 0 ? "-" : String.format(Locale.ROOT, "%.2f", scores.getAverage());
    }
}
