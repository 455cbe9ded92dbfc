package dev.latentstream.runtime;

/** A record that can be decoded, but breaks a rule of its topic: it becomes a dead letter, however many there are. */
public final class BadRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadRecordException(String message) {
        super(message);
    }

    public BadRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
