package dev.latentstream.schemas;

import java.util.function.Supplier;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Translates a registry's failures for Kafka. A schema that is refused or unknown is an error of the record
 * ({@link SerializationException}); refused credentials are not ({@link AuthorizationException}), and neither is a registry that
 * does not respond ({@link SchemaRegistryUnavailableException}, which passes unchanged).
 */
final class RegistryFailures {
    private RegistryFailures() {}

    static <T> T translated(String where, Supplier<T> call) {
        try {
            return call.get();
        } catch (SchemaRegistryException e) {
            String message = where + ": " + e.getMessage();
            throw e.isUnauthorised() ? new AuthorizationException(message, e) : new SerializationException(message, e);
        }
    }
}
