package dev.latentstream.schemas;

import java.util.Locale;

/** Names of enum constants for people, as in settings, labels and options: {@code TOO_SMALL} is {@code too-small}. */
public final class KebabCase {
    private KebabCase() {}

    /** Returns the name of a constant in kebab case. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
