package dev.latentstream.app.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Tells values of options that cannot be from failures. */
public final class Usage {
    private Usage() {}

    /** What options describe; a value out of its bounds is wrong usage. */
    public static <T> T requireValid(CommandSpec spec, Supplier<T> described) {
        try {
            return described.get();
        } catch (IllegalArgumentException outOfBounds) {
            throw new ParameterException(spec.commandLine(), String.valueOf(outOfBounds.getMessage()), outOfBounds);
        }
    }
}
