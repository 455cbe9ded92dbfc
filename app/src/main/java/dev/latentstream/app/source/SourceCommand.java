package dev.latentstream.app.source;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that send images, one for each kind of source. */
@Command(
        name = "source",
        description = "Send images to images-raw.",
        subcommands = {SourceFolderCommand.class, SourceTarCommand.class, SourceScenesCommand.class})
public final class SourceCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: folder, tar or scenes");
    }
}
