package dev.latentstream.app.source.state;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Pauses a source. */
@Command(
        name = "pause",
        description = "Stop the runner of a source, wherever it runs, and every later one until the source is resumed.")
public final class SourcePauseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ChangeOptions options = new ChangeOptions();

    @Override
    public Integer call() throws Exception {
        String author = options.author();
        long images = options.catalog()
                .pause(options.name(), author, options.reason())
                .getImages();
        spec.commandLine()
                .getOut()
                .println("%s is paused after %d images; latentstream source resume %s lets it continue"
                        .formatted(options.name(), images, options.name()));
        return 0;
    }
}
