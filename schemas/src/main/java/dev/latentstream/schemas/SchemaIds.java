package dev.latentstream.schemas;

import org.apache.avro.Schema;

/**
 * The ids by which payloads refer to schemas. The id of a schema never changes.
 *
 * <p>All methods throw {@link SchemaRegistryException} if the registry refuses the request or does not know the schema, and
 * {@link SchemaRegistryUnavailableException} if no registry responds.
 */
interface SchemaIds {
    /** Registers a schema under a subject unless it is registered already, and returns its id. */
    int register(String subject, Schema schema);

    /** Returns the id of a schema that is registered under a subject. */
    int lookUp(String subject, Schema schema);

    /**
     * Returns the schema with this id.
     *
     * @throws org.apache.kafka.common.errors.SerializationException if it is not an Avro schema that can be read
     */
    Schema byId(int id);
}
