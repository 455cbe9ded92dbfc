package dev.latentstream.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds the commands that make and measure the shipped networks. */
@Command(
        name = "models",
        description = "Train the shipped networks again from nothing, and measure what they can do.",
        subcommands = {PretrainCommand.class, ReconstructCommand.class, EvaluateCommand.class})
final class ModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: pretrain, reconstruct or evaluate");
    }
}
