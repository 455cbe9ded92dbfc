package dev.latentstream.app.source.state;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the state of a source. */
@Command(name = "show", description = "Print the state of a source: counts, position, runner.")
public final class SourceShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the source.")
    private String name = "";

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        SourceCatalog catalog = new SourceCatalog(cluster.connection(), Clock.systemUTC());
        SourceView view = new SourceView(name, catalog.named(name), Instant.now());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(view.json().toPrettyString());
        } else {
            view.lines().forEach(out::println);
        }
        return 0;
    }
}
