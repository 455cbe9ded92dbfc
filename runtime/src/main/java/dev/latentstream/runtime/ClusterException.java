package dev.latentstream.runtime;

/** A cluster that cannot be reached or does not fit; the message is one line for the person who runs it. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
