package dev.latentstream.app.testing;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Topic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** What another program may write to a topic by mistake: texts and a tombstone. */
public final class ForeignRecords {
    private ForeignRecords() {}

    /** Returns once all are written: with the given key, another one and none. */
    public static void write(KafkaConnection connection, Topic<?> topic, String key) throws Exception {
        try (Producer<String, String> producer = new KafkaProducer<>(
                connection.producerProperties("foreign"), new StringSerializer(), new StringSerializer())) {
            write(producer, topic.name(), key, "{\"step\": 1}");
            write(producer, topic.name(), key, null);
            write(producer, topic.name(), "foreign", "a text");
            write(producer, topic.name(), null, "a text");
        }
    }

    private static void write(
            Producer<String, String> producer, String topic, @Nullable String key, @Nullable String value)
            throws Exception {
        RecordMetadata unused =
                producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
}
