package dev.latentstream.schemas;

import org.apache.avro.Schema;

/**
 * Gives schemas the numbers by which payloads name them. The same schema has the same number for ever.
 *
 * <p>All methods throw {@link SchemaRegistryException} for what the registry refuses or does not know, and
 * {@link SchemaRegistryUnavailableException} when no registry answers.
 */
public interface SchemaIds {
    /** The id of a schema under a subject, which is made known there if it was not. */
    int register(String subject, Schema schema);

    /** The id of a schema that is known under a subject. */
    int lookUp(String subject, Schema schema);

    /** The schema with this id. */
    Schema byId(int id);
}
