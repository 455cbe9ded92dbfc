package dev.latentstream.schemas;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * A Kafka topic of the pipeline. Its key is always a UTF-8 string.
 *
 * @param name full name, prefix included
 * @param value class of the values
 * @param retention its retention
 * @param joinable whether it has the partition count that all joined topics share
 * @param properties topic configuration beyond retention, by Kafka's names
 */
public record Topic<V extends SpecificRecord>(
        String name, Class<V> value, Retention retention, boolean joinable, Map<String, String> properties) {
    /** The retention of a topic's records. */
    public enum Retention {
        /** The last record of each key. */
        COMPACTED,
        /** Three hours: a buffer, not a store. */
        HOURS,
        /** Seven days. */
        DAYS,
        /** Seven days, within a limit of bytes; a tombstone deletes the records of its key earlier. */
        ERASABLE,
        /** Set by the operator, seven days by default. Never compacted, so that offsets stay valid. */
        LOG,
        /** Every record, without limit. */
        UNLIMITED
    }

    public Topic {
        if (!name.matches("[a-zA-Z0-9-]{1,200}")) {
            throw new IllegalArgumentException(
                    "topic name \"%s\" is not 1 to 200 letters, digits and hyphens".formatted(name));
        }
        properties = Map.copyOf(properties);
    }

    /** Returns the same topic with the partition count that all joined topics share. */
    Topic<V> joined() {
        return new Topic<>(name, value, retention, true, properties);
    }

    /** The name of its dead-letter topic. */
    public String deadLetters() {
        return Topics.deadLetters(name);
    }
}
