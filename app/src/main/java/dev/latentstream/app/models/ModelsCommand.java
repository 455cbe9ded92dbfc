package dev.latentstream.app.models;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that list networks, train the shipped ones and measure them. */
@Command(
        name = "models",
        description = "List networks; train the shipped ones from scratch, and evaluate them.",
        subcommands = {ModelsListCommand.class, PretrainCommand.class, ReconstructCommand.class, EvaluateCommand.class})
public final class ModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The networks that come with the program. */
    enum ShippedNetwork {
        VAE,
        CAPTIONER,
        BACKBONE
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, pretrain, reconstruct or evaluate");
    }
}
