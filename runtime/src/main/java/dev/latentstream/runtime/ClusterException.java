package dev.latentstream.runtime;

/** A cluster that cannot be reached or whose topics do not fit; the message is one line for its operator. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
