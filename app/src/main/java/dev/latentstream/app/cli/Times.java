package dev.latentstream.app.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Reads times in options. */
public final class Times {
    private Times() {}

    /**
     * Reads a time, or a day, which begins in UTC.
     *
     * @param option name of the option, for the message
     */
    public static Instant parse(String option, String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException(
                    "%s \"%s\" is no time such as 2026-11-01 or 2026-11-01T10:00:00Z".formatted(option, text), wrong);
        }
    }
}
