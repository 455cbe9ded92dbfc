package dev.latentstream.runtime;

import java.nio.file.FileSystemException;
import java.util.Locale;

/** Describes failures to operators, without names of Java classes. */
public final class FailureWords {
    private FailureWords() {}

    /**
     * Returns the message of a failure; if it has none, that of its nearest cause with one, or else its kind. The kind follows a message that
     * only names a file, a host or another value.
     */
    public static String describe(Throwable failure) {
        String message = failure.getMessage();
        Throwable cause = failure.getCause();
        if (cause != null && (message == null || message.equals(cause.toString()))) {
            return describe(cause);
        }
        if (message == null) {
            return kind(failure);
        }
        boolean isName = failure instanceof FileSystemException file
                ? file.getReason() == null
                : !message.strip().contains(" ");
        return isName ? "%s: %s".formatted(message, kind(failure)) : message;
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
