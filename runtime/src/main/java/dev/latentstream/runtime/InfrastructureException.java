package dev.latentstream.runtime;

/** Not the data but what works on it is broken, so the stage stops instead of writing good records off as dead letters. */
public final class InfrastructureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InfrastructureException(String message) {
        super(message);
    }

    public InfrastructureException(String message, Throwable cause) {
        super(message, cause);
    }
}
