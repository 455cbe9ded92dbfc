package dev.latentstream.runtime;

import java.util.Locale;

/** Describes failures to operators, without names of Java classes. */
public final class FailureWords {
    private FailureWords() {}

    /** Returns the message of a failure; if it has none, that of its nearest cause with one, or else its kind. */
    public static String describe(Throwable failure) {
        String message = failure.getMessage();
        Throwable cause = failure.getCause();
        if (cause != null && (message == null || message.equals(cause.toString()))) {
            return describe(cause);
        }
        return message == null ? kind(failure) : message;
    }

    /** Returns what a failure is, in words: {@code IllegalStateException} becomes {@code illegal state}. */
    public static String kind(Throwable failure) {
        String words = failure.getClass()
                .getSimpleName()
                .replaceAll("(Exception|Error)$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                .toLowerCase(Locale.ROOT);
        return words.isBlank() ? "unknown failure" : words;
    }
}
