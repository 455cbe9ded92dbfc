package dev.latentstream.schemas;

import org.apache.kafka.common.KafkaException;

/** Says that a schema registry answered, and what it refused. */
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

    /** Status of the HTTP answer, for example 409. */
    public int status() {
        return status;
    }

    /** The registry's own number for the error, for example 40401 for an unknown subject; the status where it gave none. */
    public int errorCode() {
        return errorCode;
    }

    /** Whether the registry refused the caller rather than the request. */
    boolean isUnauthorised() {
        return status == 401 || status == 403;
    }
}
