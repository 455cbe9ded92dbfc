package dev.latentstream.app.cli;

import java.util.Locale;

/** The locale of all numbers: ASCII digits, a decimal point, commas between thousands. */
public final class RootLocale {
    private RootLocale() {}

    /**
     * Uses it for what this process formats without naming a locale: messages, addresses, keys of records, names of files. Java's default is
     * the language of the machine, whose digits others cannot read.
     */
    public static void use() {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    }
}
