package dev.latentstream.trainer.dataset;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.List;
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
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The datasets of a cluster, by name, in the topic {@code datasets}. */
public final class DatasetCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetCatalog.class);
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
                Deserializer<Dataset> deserializer = connection.deserializer(topic)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            TopicEnd end = TopicEnd.of(consumer, partitions, patience);
            while (!end.isReached()) {
                consumer.poll(POLL).forEach(record -> take(record, deserializer, datasets));
            }
        }
        return datasets;
    }

    /** A record that cannot be decoded is passed over: the topic keeps it, and no other dataset depends on it. */
    private static void take(
            ConsumerRecord<String, byte[]> record,
            Deserializer<Dataset> deserializer,
            SortedMap<String, Dataset> datasets) {
        try {
            Dataset dataset = deserializer.deserialize(record.topic(), record.headers(), record.value());
            if (dataset == null) {
                datasets.remove(record.key());
            } else {
                datasets.put(record.key(), dataset);
            }
        } catch (RuntimeException invalid) {
            if (FailureKind.of(invalid) == FailureKind.INFRASTRUCTURE) {
                throw invalid;
            }
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("key", record.key())
                    .log("ignored a record that is not a dataset: {}", invalid.toString());
        }
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
            throw new IllegalArgumentException("there is no dataset %s; there are %s".formatted(name, all.keySet()));
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
