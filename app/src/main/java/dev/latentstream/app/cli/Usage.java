package dev.latentstream.app.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns invalid option values into usage errors. */
public final class Usage {
    private Usage() {}

    /** Requires a name that a topic can have, of which Kafka's clients report another one as a topic without metadata. */
    public static void requireTopic(CommandSpec spec, String name) {
        if (!name.matches("[a-zA-Z0-9._-]{1,249}") || name.equals(".") || name.equals("..")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "topic \"%s\" is not 1 to 249 of a-z, A-Z, 0-9, '.', '_' or '-'".formatted(name));
        }
    }

    /** Returns the value that options describe; an {@link IllegalArgumentException} becomes a usage error. */
    public static <T> T requireValid(CommandSpec spec, Supplier<T> described) {
        try {
            return described.get();
        } catch (IllegalArgumentException outOfBounds) {
            throw new ParameterException(spec.commandLine(), String.valueOf(outOfBounds.getMessage()), outOfBounds);
        }
    }
}
