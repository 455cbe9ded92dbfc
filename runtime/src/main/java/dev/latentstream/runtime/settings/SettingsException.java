package dev.latentstream.runtime.settings;

/** Settings that cannot be used; the message is for the author of the file, with one line per error. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }

    public SettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
