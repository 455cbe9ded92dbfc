package dev.latentstream.models.onnx;

import java.time.Duration;

/** A run of a network took longer than its limit and was ended. The network can be used again. */
public final class TimeLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Duration limit;

    /**
     * Creates an exception.
     *
     * @param message names the network and the limit
     */
    public TimeLimitException(String message, Duration limit) {
        super(message);
        this.limit = limit;
    }

    /** The limit. */
    public Duration limit() {
        return limit;
    }
}
