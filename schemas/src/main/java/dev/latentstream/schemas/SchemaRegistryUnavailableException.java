package dev.latentstream.schemas;

import org.apache.kafka.common.errors.RetriableException;

/**
 * No schema registry responded in any attempt. The record did not cause this, so it must not become a dead letter.
 */
public final class SchemaRegistryUnavailableException extends RetriableException {
    private static final long serialVersionUID = 1;

    SchemaRegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    SchemaRegistryUnavailableException(String message) {
        super(message);
    }
}
