package dev.latentstream.trainer.dataset;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.RecordDecoder;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The datasets of a cluster, by name, in the topic {@code datasets}. */
public final class DatasetCatalog {
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConnection connection;
    private final Topic<Dataset> topic;
    private final Duration patience;

    /** @param patience bound of each request to the cluster */
    public DatasetCatalog(KafkaConnection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
        topic = connection.topics().datasets();
    }

    /** Returns all datasets. */
    public SortedMap<String, Dataset> all() {
        new TopicSetup(connection).ensure(List.of(topic));
        SortedMap<String, Dataset> datasets = new TreeMap<>();
        try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(
                        connection.readerProperties(connection.groupId("dataset-reader")),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
                RecordDecoder<Dataset> decoder = new RecordDecoder<>(connection.deserializer(topic))) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            TopicEnd end = TopicEnd.of(consumer, partitions, patience);
            while (!end.isReached()) {
                consumer.poll(POLL)
                        .forEach(record -> decoder.decode(record, (one, dataset) -> take(one, dataset, datasets)));
            }
        }
        return datasets;
    }

    private static void take(
            ConsumerRecord<String, byte[]> record, Optional<Dataset> dataset, SortedMap<String, Dataset> datasets) {
        dataset.ifPresentOrElse(frozen -> datasets.put(record.key(), frozen), () -> datasets.remove(record.key()));
    }

    /**
     * Returns a dataset.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Dataset named(String name) {
        SortedMap<String, Dataset> all = all();
        Dataset dataset = all.get(name);
        if (dataset == null) {
            throw new IllegalArgumentException(
                    "there is no dataset %s; there are %s".formatted(name, Names.listed(all.keySet())));
        }
        return dataset;
    }

    /** Returns once a dataset is written. */
    public void write(String name, Dataset dataset) throws InterruptedException {
        try (Producer<String, Dataset> producer = connection.producer(topic, connection.groupId("dataset-writer"))) {
            RecordMetadata unused = producer.send(new ProducerRecord<>(topic.name(), name, dataset))
                    .get();
        } catch (ExecutionException failed) {
            throw new ClusterException(
                    "the dataset %s was not written to %s: %s"
                            .formatted(name, topic.name(), AdminAnswers.reason(failed)),
                    failed);
        }
    }
}
