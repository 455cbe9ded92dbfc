package dev.latentstream.ingest;

import java.util.regex.Pattern;

/** What a source may be called: its latents go to a topic of its name. */
public final class SourceNames {
    /** What {@link #valid} asks for, in words. */
    public static final String RULE = "1 to 100 letters, digits and hyphens";

    private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9-]{1,100}");

    private SourceNames() {}

    public static boolean valid(String name) {
        return VALID.matcher(name).matches();
    }

    /** Returns a valid name. */
    public static String require(String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException("source \"%s\" is not %s".formatted(name, RULE));
        }
        return name;
    }
}
