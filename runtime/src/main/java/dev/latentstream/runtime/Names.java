package dev.latentstream.runtime;

import java.util.Collection;

/** Names in messages. */
public final class Names {
    private Names() {}

    /** Returns {@code a, b, c}, or {@code none}. */
    public static String listed(Collection<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
