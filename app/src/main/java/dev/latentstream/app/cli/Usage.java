package dev.latentstream.app.cli;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns invalid values of options and arguments into usage errors. */
public final class Usage {
    private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}"); // Kafka's rule

    private Usage() {}

    /** Requires a name that a topic can have. */
    public static String requireTopic(CommandSpec spec, String name) {
        if (!TOPIC.matcher(name).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "topic \"%s\" is not 1 to 249 letters, digits, dots, underscores and hyphens".formatted(name));
        }
        return name;
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
