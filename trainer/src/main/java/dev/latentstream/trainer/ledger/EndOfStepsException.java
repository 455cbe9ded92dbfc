package dev.latentstream.trainer.ledger;

/** Signals that a run has no further step, because what it trains on has ended. */
public final class EndOfStepsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EndOfStepsException(String message) {
        super(message);
    }
}
