package dev.latentstream.app.control;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that show and change the policies of a running pipeline. */
@Command(
        name = "control",
        description = "Show or change the policies that the running stages follow.",
        subcommands = {
            ControlShowCommand.class,
            ControlHistoryCommand.class,
            ControlDiffCommand.class,
            ControlRollbackCommand.class,
            ControlCommand.Set.class,
            ControlAutoCommand.class
        })
public final class ControlCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: show, history, diff, rollback, set or auto");
    }

    /** Groups one command for each kind of policy. */
    @Command(
            name = "set",
            description = "Write the next version of a policy; options that are not given keep their values.",
            subcommands = {SetCaptionCommand.class, SetMixtureCommand.class, SetFilterCommand.class})
    static final class Set implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "Missing command: caption, mixture or filter");
        }
    }
}
