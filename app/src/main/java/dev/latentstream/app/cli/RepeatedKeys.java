package dev.latentstream.app.cli;

import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Refuses an option of keys and values that has a key twice: picocli keeps the last value, and says nothing of the others. */
public final class RepeatedKeys {
    private RepeatedKeys() {}

    /**
     * Checks the options of a command and its subcommands.
     *
     * @throws ParameterException if a key is repeated
     */
    public static void refuse(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            if (option.typeInfo().isMap()) {
                refuse(parsed, option);
            }
        }
        if (parsed.hasSubcommand()) {
            refuse(parsed.subcommand());
        }
    }

    private static void refuse(ParseResult parsed, OptionSpec option) {
        Set<String> keys = new HashSet<>();
        for (String text : option.originalStringValues()) {
            String key = text.split("=", 2)[0];
            if (!keys.add(key)) {
                throw new ParameterException(
                        parsed.commandSpec().commandLine(),
                        "%s has %s more than once; give it one value".formatted(option.longestName(), key));
            }
        }
    }
}
