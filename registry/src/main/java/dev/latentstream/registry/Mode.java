package dev.latentstream.registry;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What may be done to a subject. */
enum Mode {
    READWRITE,
    READONLY;

    /** The mode of this name in any case. */
    static Optional<Mode> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Stream.of(values()).filter(mode -> mode.name().equals(upper)).findFirst();
    }
}
