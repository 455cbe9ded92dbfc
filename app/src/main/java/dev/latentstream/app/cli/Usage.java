package dev.latentstream.app.cli;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns invalid values of options and arguments into usage errors. */
public final class Usage {
    private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}"); // Kafka's rule

    /** What picocli says of a value that an enum lacks. */
    private static final Pattern NOT_IN_ENUM =
            Pattern.compile("expected one of \\[([^]]*)] \\(case-insensitive\\) but was '(.*?)'");

    private Usage() {}

    /** Returns a message of picocli in the words of this program's own messages. */
    public static String plain(String message) {
        return NOT_IN_ENUM
                .matcher(message)
                .replaceAll(found -> Matcher.quoteReplacement(
                        "'%s' is not one of %s".formatted(found.group(2), kebabCase(found.group(1)))))
                .replace("option option ", "option "); // for a value without a key
    }

    /** Enum constants without a text of their own are shown as they are written in options. */
    private static String kebabCase(String names) {
        return names.matches("[A-Z0-9_, ]+") ? names.toLowerCase(Locale.ROOT).replace('_', '-') : names;
    }

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
