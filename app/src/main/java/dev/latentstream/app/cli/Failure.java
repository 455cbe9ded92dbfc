package dev.latentstream.app.cli;

/** A failure whose cause lies outside the program. The message is one line that names the cause and a remedy. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Failure(String message) {
        super(message);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
