package dev.latentstream.app.rejections;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TransactionalWriter;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import java.security.SecureRandom;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends originals to {@code images-raw} in transactions. A second replay takes over from the first. */
final class Replay implements AutoCloseable {
    /** A transaction is open no longer than its records take: readers of committed records wait for it. */
    private static final int BATCH = 100;

    private final String topic;
    private final Producer<String, RawImage> producer;
    private final Deserializer<RawImage> deserializer;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private int open;
    private long sent;

    Replay(String topic, Producer<String, RawImage> producer, Deserializer<RawImage> deserializer) {
        this.topic = topic;
        this.producer = producer;
        this.deserializer = deserializer;
    }

    static Replay open(KafkaConnection connection) {
        Producer<String, RawImage> producer = new KafkaProducer<>(
                connection.transactionalProperties(connection.groupId("rejections-replay")),
                new StringSerializer(),
                connection.serializer(connection.topics().imagesRaw()));
        producer.initTransactions();
        return new Replay(
                connection.topics().imagesRaw().name(),
                producer,
                connection.deserializer(connection.topics().imagesQuarantine()));
    }

    /** Sends the original of an image; a record that another program wrote, or that has another file, is left out. */
    void send(String imageId, ConsumerRecord<String, byte[]> record) {
        RawImage raw;
        try {
            raw = deserializer.deserialize(record.topic(), record.headers(), record.value());
        } catch (SerializationException foreign) {
            return;
        }
        if (!ImageId.of(raw.getImage()).equals(imageId)) {
            return;
        }
        if (open == 0) {
            producer.beginTransaction();
        }
        Future<RecordMetadata> unused = producer.send( // a failure fails the commit
                new ProducerRecord<>(
                        topic, null, imageId, raw, headers.propagate(record.headers(), raw.getSource(), 0)));
        open++;
        if (open == BATCH) {
            commit();
        }
    }

    /** Commits the rest and returns the number of images that were sent. */
    long finish() {
        if (open > 0) {
            commit();
        }
        return sent;
    }

    private void commit() {
        try {
            TransactionalWriter.commit(producer);
        } catch (ProducerFencedException taken) {
            throw new Failure("another replay took over after %d images: run this one again".formatted(sent), taken);
        }
        sent += open;
        open = 0;
    }

    @Override
    public void close() {
        producer.close();
        deserializer.close();
    }
}
