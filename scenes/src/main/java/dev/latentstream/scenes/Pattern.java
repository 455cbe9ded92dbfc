package dev.latentstream.scenes;

import java.util.Locale;

/** The pattern on an object's body. */
public enum Pattern {
    PLAIN,
    STRIPED,
    DOTTED,
    CHECKED;

    /** Returns its adjective in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
