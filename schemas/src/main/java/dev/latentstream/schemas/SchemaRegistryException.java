package dev.latentstream.schemas;

import org.apache.kafka.common.KafkaException;

/** The error response of a schema registry, or a response that does not fit the records. A failure of the environment, never of a record. */
public final class SchemaRegistryException extends KafkaException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int errorCode;

    SchemaRegistryException(String message, int status, int errorCode) {
        super(message);
        this.status = status;
        this.errorCode = errorCode;
    }

    SchemaRegistryException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.errorCode = status;
    }

    /** Adds to a message. */
    SchemaRegistryException(String message, SchemaRegistryException cause) {
        super(message, cause);
        this.status = cause.status;
        this.errorCode = cause.errorCode;
    }

    /** The HTTP status, for example 409. */
    public int status() {
        return status;
    }

    /** The registry's error code, for example 40401 for an unknown subject; the HTTP status if the response has none. */
    public int errorCode() {
        return errorCode;
    }

    /** Returns whether the registry refused the credentials rather than the request. */
    boolean isUnauthorised() {
        return status == 401 || status == 403;
    }
}
