package dev.latentstream.ingest.sources.state;

/** A source that this runner may no longer write. What it has not committed is not delivered. */
public final class SourceLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient SourceLoss loss;

    SourceLostException(SourceLoss loss) {
        super(loss.toString());
        this.loss = loss;
    }

    /** Returns who has it now. */
    public SourceLoss loss() {
        return loss;
    }
}
