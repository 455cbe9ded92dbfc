package dev.latentstream.app.source.state;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Forgets a source. */
@Command(
        name = "remove",
        description = {
            "Stop the runner of a source and forget what it has sent: a next run of this name sends everything.",
            "The images that were sent stay; latentstream remove removes images."
        })
public final class SourceRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the source.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        new SourceCatalog(cluster.connection(), Clock.systemUTC()).remove(name);
        spec.commandLine()
                .getOut()
                .println("%s is forgotten; the images that it sent stay, and a next run sends everything"
                        .formatted(name));
        return 0;
    }
}
