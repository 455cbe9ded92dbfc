package dev.latentstream.app.stages;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs ingest alone. */
@Command(
        name = "ingest",
        description = "Admit, refuse and prepare raw images: images-raw to images and images-rejected.")
public final class IngestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StageOptions options = new StageOptions();

    @Mixin
    private SkipLostOption lost = new SkipLostOption();

    @Override
    public Integer call() throws Exception {
        options.run(
                lost.applied(options.settings()), spec.commandLine().getOut(), pipeline -> List.of(pipeline.ingest()));
        return 0;
    }
}
