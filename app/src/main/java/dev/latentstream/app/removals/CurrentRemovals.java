package dev.latentstream.app.removals;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Removal;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** The removals of a cluster at one moment, by image id. */
final class CurrentRemovals {
    private CurrentRemovals() {}

    static SortedMap<String, Removal> read(KafkaConnection connection) {
        SortedMap<String, Removal> current = new TreeMap<>();
        String topic = connection.topics().removals().name();
        try (TopicReader reader = new TopicReader(connection);
                Deserializer<Removal> deserializer =
                        connection.deserializer(connection.topics().removals())) {
            reader.all(topic, record -> {
                if (record.value() == null) {
                    current.remove(record.key());
                } else if (record.key() != null) {
                    current.put(record.key(), removal(deserializer, topic, record.value(), record.timestamp()));
                }
            });
        }
        return current;
    }

    /** An image is removed whatever is wrong with the record. */
    private static Removal removal(Deserializer<Removal> deserializer, String topic, byte[] value, long timestamp) {
        try {
            return deserializer.deserialize(topic, value);
        } catch (SerializationException unreadable) {
            return new Removal("(unreadable)", "(unreadable)", Instant.ofEpochMilli(timestamp));
        }
    }
}
