package dev.latentstream.app.dataset;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands for datasets. */
@Command(
        name = "dataset",
        description = "Freeze latents as a dataset, to train on exactly these epoch by epoch (train --dataset).",
        subcommands = {FreezeCommand.class, DatasetsCommand.class, ShowCommand.class, VerifyCommand.class})
public final class DatasetCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: freeze, list, show or verify");
    }
}
