package dev.latentstream.runtime.policy;

/** Thrown instead of writing a policy whose newest version is not the expected one. The message is one line for the user. */
public final class PolicyConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PolicyConflictException(String message) {
        super(message);
    }
}
