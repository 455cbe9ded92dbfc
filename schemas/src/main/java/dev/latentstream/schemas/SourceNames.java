package dev.latentstream.schemas;

import java.util.regex.Pattern;

/** The rule for source names, which become part of topic names: the latents of {@code photos} are in {@code latents-photos}. */
public final class SourceNames {
    /** The rule that {@link #valid} checks, for messages. */
    public static final String RULE = "1 to 100 letters, digits and hyphens, not dlq and not ending in -dlq";

    private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9-]{1,100}");

    private SourceNames() {}

    /** Returns whether a name is valid and its latent topic is none of the pipeline's other topics. */
    public static boolean valid(String name) {
        return VALID.matcher(name).matches() && !Topics.isDeadLetters("-" + name);
    }

    /**
     * Returns the name if it is valid.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static String require(String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException(refusal(name));
        }
        return name;
    }

    /** Returns the message for a name that is not valid; names from outside may have any length. */
    public static String refusal(String name) {
        String shown = name.length() <= 120 ? name : name.substring(0, 120) + "...";
        return "source \"%s\" is not %s".formatted(shown, RULE);
    }
}
