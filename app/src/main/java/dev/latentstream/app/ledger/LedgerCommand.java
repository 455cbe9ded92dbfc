package dev.latentstream.app.ledger;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands on the ledger of a run. */
@Command(
        name = "ledger",
        description = "Show, check or export what a run was trained on, step by step.",
        subcommands = {
            LedgerShowCommand.class,
            LedgerVerifyCommand.class,
            LedgerExportCommand.class,
            LedgerUsesCommand.class
        })
public final class LedgerCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: show, verify, export or uses");
    }
}
