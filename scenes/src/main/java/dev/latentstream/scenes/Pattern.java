package dev.latentstream.scenes;

import java.util.Locale;

/** What covers an object's body. */
public enum Pattern {
    PLAIN,
    STRIPED,
    DOTTED,
    CHECKED;

    /** The adjective for it in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
