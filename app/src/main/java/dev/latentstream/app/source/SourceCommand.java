package dev.latentstream.app.source;

import dev.latentstream.app.source.state.SourceListCommand;
import dev.latentstream.app.source.state.SourcePauseCommand;
import dev.latentstream.app.source.state.SourceRemoveCommand;
import dev.latentstream.app.source.state.SourceResumeCommand;
import dev.latentstream.app.source.state.SourceShowCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that send images, one for each kind of source. */
@Command(
        name = "source",
        description = "Send images to images-raw, show what sources have sent, pause them.",
        subcommands = {
            SourceFolderCommand.class,
            SourceTarCommand.class,
            SourceS3Command.class,
            SourceTopicCommand.class,
            SourceWatchCommand.class,
            SourceParquetCommand.class,
            SourceJsonLinesCommand.class,
            SourceCsvCommand.class,
            SourceScenesCommand.class,
            SourceListCommand.class,
            SourceShowCommand.class,
            SourcePauseCommand.class,
            SourceResumeCommand.class,
            SourceRemoveCommand.class
        })
public final class SourceCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command: "
                        + String.join(", ", spec.commandLine().getSubcommands().keySet()));
    }
}
