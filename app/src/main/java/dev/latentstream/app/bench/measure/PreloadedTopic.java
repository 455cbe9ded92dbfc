package dev.latentstream.app.bench.measure;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import dev.latentstream.schemas.Topic;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Records that are in a topic before a stage can read any of them: they are written in one transaction, whose commit makes them
 * visible together, so that a measurement starts at a known moment with its whole input in place.
 */
public final class PreloadedTopic<V extends SpecificRecord> implements AutoCloseable {
    /** The source in the headers of the records. */
    public static final String SOURCE = "bench";

    private final Topic<V> topic;
    private final KafkaProducer<String, V> producer;
    private final StageHeaders headers = new StageHeaders(new Random(0));

    public PreloadedTopic(KafkaConnection connection, Topic<V> topic) {
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                connection.transactionalProperties(connection.groupId("bench")),
                new StringSerializer(),
                connection.serializer(topic));
        producer.initTransactions();
    }

    /** Writes records in a transaction, and returns once the broker has them all. */
    public void write(List<KeyedRecord<V>> records, Cancellation stop) throws InterruptedException {
        producer.beginTransaction();
        for (KeyedRecord<V> record : records) {
            stop.check();
            Future<RecordMetadata> unused = producer.send( // the commit throws what failed
                    new ProducerRecord<>(
                            topic.name(), null, record.key(), record.value(), headers.originate(SOURCE, 0)));
        }
        producer.flush();
    }

    /** Commits the transaction, which makes the records visible. */
    public void show() {
        TransactionalWriter.commit(producer);
    }

    @Override
    public void close() {
        producer.close();
    }
}
