package dev.latentstream.runtime.batch;

import dev.latentstream.schemas.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An output record.
 *
 * @param value null writes a tombstone
 */
public record OutputRecord<V extends SpecificRecord>(
        Topic<V> topic, String key, @Nullable V value, Headers headers) {}
