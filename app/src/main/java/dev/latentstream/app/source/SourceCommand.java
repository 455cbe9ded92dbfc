package dev.latentstream.app.source;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds the commands that deliver images, one for each kind of source. */
@Command(
        name = "source",
        description = "Deliver images into images-raw.",
        subcommands = {SourceFolderCommand.class, SourceTarCommand.class, SourceScenesCommand.class})
public final class SourceCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: folder, tar or scenes");
    }
}
