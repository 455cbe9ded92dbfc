package dev.latentstream.schemas;

import java.util.function.Supplier;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Tells Kafka whom to blame: a schema that the registry refuses or does not know is the record's fault
 * ({@link SerializationException}), a refused caller is not ({@link AuthorizationException}), nor is a registry that does not
 * answer ({@link SchemaRegistryUnavailableException}, which passes unchanged).
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
