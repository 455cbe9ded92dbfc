package dev.latentstream.app.stages;

import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.settings.VaeOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the latent encoder and the join. */
@Command(
        name = "encode",
        description = "Encode admitted images, and join them with their captions: latents of each source.")
public final class EncodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StageOptions options = new StageOptions();

    @Mixin
    private SkipLostOption lost = new SkipLostOption();

    @Mixin
    private VaeOption vae = new VaeOption();

    @Override
    public Integer call() throws Exception {
        PipelineSettings settings = options.settings();
        settings = vae.folder().map(settings::withVae).orElse(settings);
        options.run(lost.applied(settings), spec.commandLine().getOut(), Pipeline::encoding);
        return 0;
    }
}
