package dev.latentstream.schemas;

import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Gives a registry's failures their place. None is an error of the record: a schema that is unknown or refused is a
 * {@link SchemaRegistryException}, refused credentials are an {@link AuthorizationException}, and a registry that does not respond is a
 * {@link SchemaRegistryUnavailableException}, which passes unchanged.
 */
final class RegistryFailures {
    /** The likely cause where a registry and a record do not fit. */
    static final String OTHER_REGISTRY =
            "the registry has lost its schemas, or is not the one that the record was written with;"
                    + " check kafka.schema-registry-url. If the record is not of this pipeline, move the group past it"
                    + " with `latentstream kafka consumer-groups --reset-offsets`";

    private static final int NOT_FOUND = 404;

    private RegistryFailures() {}

    static <T> T translated(String where, Supplier<T> call) {
        try {
            return call.get();
        } catch (SchemaRegistryException e) {
            String message = where + ": " + e.getMessage();
            if (e.isUnauthorised()) {
                throw new AuthorizationException(message, e);
            }
            throw new SchemaRegistryException(message, e);
        }
    }

    /** Fetches the schema of a record. */
    static Schema schema(String topic, SchemaIds registry, int id) {
        return translated("topic " + topic, () -> {
            try {
                return registry.byId(id);
            } catch (SchemaRegistryException e) {
                throw e.status() == NOT_FOUND
                        ? new SchemaRegistryException(e.getMessage() + ": " + OTHER_REGISTRY, e)
                        : e;
            }
        });
    }
}
