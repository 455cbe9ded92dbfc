package dev.latentstream.app.bench;

import dev.latentstream.runtime.BrokenWorldException;
import dev.latentstream.runtime.KafkaConnection;
import dev.latentstream.runtime.StageHeaders;
import dev.latentstream.schemas.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** What a record holds, before it has a topic. */
record Keyed<V>(String key, V value) {
    /** Writes them all to a topic, as a source would. */
    static <V extends SpecificRecord> void send(
            KafkaConnection connection, Topic<V> topic, List<Keyed<V>> records, Stop stop) throws InterruptedException {
        StageHeaders headers = new StageHeaders(new Random(0));
        try (Producer<String, V> producer = connection.producer(topic, "bench")) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Keyed<V> record : records) {
                stop.check();
                sent.add(producer.send(new ProducerRecord<>(
                        topic.name(), null, record.key(), record.value(), headers.first(Pictures.SOURCE, 0))));
            }
            producer.flush();
            for (Future<RecordMetadata> future : sent) {
                future.get();
            }
        } catch (ExecutionException refused) {
            throw new BrokenWorldException("%s takes no record: %s".formatted(topic.name(), refused), refused);
        }
    }
}
