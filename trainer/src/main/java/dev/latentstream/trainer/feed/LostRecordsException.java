package dev.latentstream.trainer.feed;

/** The log no longer holds what a run has to read: going on would skip it silently. The message is one line for people. */
public final class LostRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LostRecordsException(String message) {
        super(message);
    }
}
