package dev.latentstream.trainer.ledger;

/** Thrown if the log no longer has records that a run needs, which it would otherwise skip silently. The message is one line for the user. */
public final class LostRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LostRecordsException(String message) {
        super(message);
    }
}
