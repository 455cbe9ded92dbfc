package dev.latentstream.runtime;

import java.time.Duration;

/** A cluster that cannot be reached or does not fit; the message is one line for the person who runs it. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }

    static ClusterException unreachable(KafkaSettings settings, Duration waited, Throwable cause) {
        return new ClusterException(
                "no Kafka cluster answered at %s within %d s: is it running, and is kafka.bootstrap-servers right?"
                        .formatted(settings.bootstrapServers(), waited.toSeconds()),
                cause);
    }
}
