package dev.latentstream.app.source.state;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.time.Clock;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options of commands that change a source. */
final class ChangeOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the source.")
    private String name = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "The reason, recorded with the change.")
    private String reason = "";

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Author of the change, recorded with it. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    String name() {
        return name;
    }

    String reason() {
        return reason;
    }

    String author() {
        return Usage.requireValid(command, () -> Checks.nonBlank("author", author));
    }

    SourceCatalog catalog() throws IOException {
        return new SourceCatalog(cluster.connection(), Clock.systemUTC());
    }
}
