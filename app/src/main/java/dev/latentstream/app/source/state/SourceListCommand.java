package dev.latentstream.app.source.state;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every source. */
@Command(name = "list", description = "Print every source with what it has sent.")
public final class SourceListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Instant now = Instant.now();
        List<SourceView> sources = new ArrayList<>();
        TextTable table = new TextTable("source", "status", "images", "rejected", "written", "origin");
        new SourceCatalog(cluster.connection(), Clock.systemUTC()).all().forEach((name, state) -> {
            SourceView view = new SourceView(name, state, now);
            sources.add(view);
            table.row(
                    name,
                    view.status(),
                    state.getImages(),
                    state.getRejected(),
                    state.getTime().truncatedTo(ChronoUnit.SECONDS),
                    state.getOrigin());
        });
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            sources.forEach(source -> array.add(source.json()));
            out.println(array.toPrettyString());
        } else {
            table.lines().forEach(out::println);
        }
        return 0;
    }
}
