package dev.latentstream.app.stages;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.settings.PipelineSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs scoring alone. */
@Command(
        name = "score",
        description =
                "Score decoded images with models, and refuse those beyond the bounds, before ingest admits them.")
public final class ScoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StageOptions options = new StageOptions();

    @Mixin
    private SkipLostOption lost = new SkipLostOption();

    @Override
    public Integer call() throws Exception {
        PipelineSettings settings = options.settings();
        if (!settings.scoring().isEnabled()) {
            throw new Failure("scoring.models of the settings is empty: there is no model that could score images");
        }
        options.run(
                lost.applied(settings),
                spec.commandLine().getOut(),
                pipeline -> List.of(pipeline.scoring().orElseThrow()));
        return 0;
    }
}
