package dev.latentstream.app.source;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.ingest.sources.WatchSource;
import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the images of a folder, and those that fall into it later. */
@Command(
        name = "watch",
        description = "Send the images in a folder and those that fall into it later, until it is stopped.")
final class SourceWatchCommand implements Callable<Integer> {
    private static final double MAX_SETTLE = 3600; // seconds

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "The folder. The source has its name, unless --name is given.")
    private Path folder = Path.of(".");

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            description = "A file is complete once it has not changed for so long. Default: ${DEFAULT-VALUE}",
            defaultValue = "2")
    private double settle;

    @Override
    public Integer call() throws Exception {
        String name = options.name(SourceChoice.nameOf(folder));
        double seconds = Usage.requireValid(spec, () -> Checks.between("settle", settle, 0, MAX_SETTLE));
        int maxBytes = options.settings().ingest().bounds().maxImageBytes();
        options.run(
                new WatchSource(
                        name,
                        Paths.requireFolder(folder),
                        options.extensions(),
                        maxBytes,
                        Duration.ofMillis(Math.round(1000 * seconds)),
                        Clock.systemUTC()),
                spec.commandLine().getOut());
        return 0;
    }
}
