package dev.latentstream.app.cli;

import dev.latentstream.runtime.settings.Checks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The number of PyTorch's threads. */
public final class ThreadsOption {
    /** The system property that sets the number, read when PyTorch is loaded. */
    public static final String PYTORCH_THREADS = "ai.djl.pytorch.num_threads";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Maximum number of threads of a PyTorch operation. Default: one per core")
    private @Nullable Integer threads;

    /** Sets the number; has no effect once PyTorch is loaded. */
    public void apply() {
        Integer given = threads;
        if (given != null) {
            Usage.requireValid(command, () -> Checks.between("threads", given, 1, 1024));
            System.setProperty(PYTORCH_THREADS, given.toString());
        }
    }
}
