package dev.latentstream.trainer;

/** The log no longer holds what a run has to read: going on would skip it silently. */
public final class LostRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LostRecordsException(String message) {
        super(message);
    }
}
