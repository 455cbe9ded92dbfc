package dev.latentstream.app.deadletters;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.util.HashSet;
import java.util.Set;

/** The dead letters that were replayed, by the keys of {@code replays}. */
final class Replays {
    private Replays() {}

    static Set<String> read(KafkaConnection connection) {
        Set<String> keys = new HashSet<>();
        try (TopicReader reader = new TopicReader(connection)) {
            reader.all(connection.topics().replays().name(), record -> {
                boolean unused = record.value() == null ? keys.remove(record.key()) : keys.add(record.key());
            });
        }
        return keys;
    }
}
