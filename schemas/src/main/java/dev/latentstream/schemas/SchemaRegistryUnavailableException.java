package dev.latentstream.schemas;

import org.apache.kafka.common.errors.RetriableException;

/**
 * Says that no schema registry answered, in any of the attempts. The record at hand is not to blame: whoever sets undecodable
 * records aside must not set it aside for this.
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
