package dev.latentstream.ingest;

import java.util.regex.Pattern;

/** The rule for source names, which become part of topic names. */
public final class SourceNames {
    /** The rule that {@link #valid} checks, for messages. */
    public static final String RULE = "1 to 100 letters, digits and hyphens";

    private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9-]{1,100}");

    private SourceNames() {}

    public static boolean valid(String name) {
        return VALID.matcher(name).matches();
    }

    /** Returns the name if it is valid. */
    public static String require(String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException("source \"%s\" is not %s".formatted(name, RULE));
        }
        return name;
    }
}
