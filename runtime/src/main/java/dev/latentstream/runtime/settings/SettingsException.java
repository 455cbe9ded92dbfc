package dev.latentstream.runtime.settings;

/** Settings that cannot be used; the message is one line for the person who wrote them. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }

    public SettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
