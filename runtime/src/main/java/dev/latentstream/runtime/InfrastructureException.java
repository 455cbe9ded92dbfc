package dev.latentstream.runtime;

/** A failure of what processes the data, not of the data: the stage stops instead of turning good records into dead letters. */
public final class InfrastructureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InfrastructureException(String message) {
        super(message);
    }

    public InfrastructureException(String message, Throwable cause) {
        super(message, cause);
    }
}
