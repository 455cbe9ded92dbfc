package dev.latentstream.registry;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The mode of a subject: whether schemas can be registered and deleted. */
enum Mode {
    READWRITE,
    READONLY;

    /** Returns the mode of this name, ignoring case. */
    static Optional<Mode> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Stream.of(values()).filter(mode -> mode.name().equals(upper)).findFirst();
    }
}
