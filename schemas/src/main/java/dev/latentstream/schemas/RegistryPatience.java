package dev.latentstream.schemas;

import java.time.Duration;

/** The time for which a program waits for a registry that does not respond, beyond the number of retries. Thread-safe. */
public final class RegistryPatience {
    /** The property of a serializer or deserializer whose value is one. */
    public static final String PROPERTY = "latentstream.registry.patience";

    static final RegistryPatience NONE = new RegistryPatience(Duration.ZERO);

    private final Duration longest;
    private volatile boolean ended;

    public RegistryPatience(Duration longest) {
        this.longest = longest;
    }

    boolean isNone() {
        return longest.isZero();
    }

    /** Ends every wait at its next retry, so that a program can stop. */
    public void end() {
        ended = true;
    }

    /** @param start value of {@link System#nanoTime} at the first attempt */
    boolean lasts(long start) {
        return !ended && System.nanoTime() - start < longest.toNanos();
    }
}
