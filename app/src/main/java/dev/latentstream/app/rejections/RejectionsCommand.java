package dev.latentstream.app.rejections;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands about refused images. */
@Command(
        name = "rejections",
        description = "Show refused images, or have them judged again.",
        subcommands = {RejectionsListCommand.class, RejectionsShowCommand.class, RejectionsReplayCommand.class})
public final class RejectionsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list, show or replay");
    }
}
