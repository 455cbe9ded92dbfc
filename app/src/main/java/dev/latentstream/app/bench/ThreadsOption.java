package dev.latentstream.app.bench;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.runtime.settings.Checks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How many threads PyTorch has. */
final class ThreadsOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that one operation of PyTorch may use. Default: one a core")
    private @Nullable Integer threads;

    /** Sets the number; too late once PyTorch is loaded. */
    void apply() {
        Integer given = threads;
        if (given != null) {
            Usage.checked(command, () -> Checks.between("threads", given, 1, 1024));
            System.setProperty(MachineFacts.PYTORCH_THREADS, given.toString());
        }
    }
}
