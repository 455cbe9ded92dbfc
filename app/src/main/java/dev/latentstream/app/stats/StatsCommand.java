package dev.latentstream.app.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.io.PrintWriter;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what each source has brought, and what is left of it. */
@Command(
        name = "stats",
        description = {
            "Count the data of each source, raw and kept: images, aesthetic score, image-noun pairs, distinct nouns, and rejections by reason.",
            "A noun counts once an image; real captions are the texts that images were found with. Distinct nouns are an estimate with its"
                    + " 95 % bounds."
        })
public final class StatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().images(),
                        connection.topics().imagesRejected(),
                        connection.topics().captions()));
        try (TopicReader reader = new TopicReader(connection)) {
            DataStatistics statistics = new DataStatistics(connection, reader);
            statistics.read();
            if (json) {
                print(json(statistics));
            } else {
                print(statistics);
            }
        }
        return 0;
    }

    private static ObjectNode json(DataStatistics statistics) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode sources = node.putObject("sources");
        statistics.sources().forEach((name, source) -> sources.set(name, source.json()));
        node.set("all", statistics.all().json());
        return node;
    }

    private void print(ObjectNode node) {
        out().println(node.toPrettyString());
    }

    private void print(DataStatistics statistics) {
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
        statistics.sources().forEach((name, source) -> add(table, name, source));
        if (statistics.sources().size() > 1) {
            add(table, "(all)", statistics.all());
        }
        table.lines().forEach(out()::println);
        statistics.sources().forEach((name, source) -> source.rejections()
                .forEach((reason, images) -> out().println("%s: %d refused as %s".formatted(name, images, reason))));
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

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
