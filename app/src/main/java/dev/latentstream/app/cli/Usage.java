package dev.latentstream.app.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns invalid option values into usage errors. */
public final class Usage {
    private Usage() {}

    /** Returns the value that options describe; an {@link IllegalArgumentException} becomes a usage error. */
    public static <T> T requireValid(CommandSpec spec, Supplier<T> described) {
        try {
            return described.get();
        } catch (IllegalArgumentException outOfBounds) {
            throw new ParameterException(spec.commandLine(), String.valueOf(outOfBounds.getMessage()), outOfBounds);
        }
    }
}
