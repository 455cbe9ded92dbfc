package dev.latentstream.models.onnx;

/** A network can no longer be used: a run of it does not end. */
public final class UnusableNetworkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableNetworkException(String message) {
        super(message);
    }
}
