package dev.latentstream.app.dataset;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.trainer.dataset.DatasetScan;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The latent topics of a cluster, as datasets describe them. Not thread-safe. */
final class FrozenTopics implements AutoCloseable {
    private final KafkaConnection connection;
    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final LatentFeed.FormatCheck check;

    FrozenTopics(KafkaConnection connection) {
        this.connection = connection;
        admin = connection.admin();
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(connection.groupId("dataset-scan")));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        check = LatentFeed.check(connection);
    }

    /** Returns Kafka's ids of the latent topics that exist, by name. */
    SortedMap<String, String> ids() throws InterruptedException {
        List<String> names = get(admin.listTopics().names()).stream()
                .filter(connection.topics()::isLatents)
                .toList();
        SortedMap<String, String> ids = new TreeMap<>();
        get(admin.describeTopics(names).allTopicNames())
                .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
        return ids;
    }

    /** Returns a scan of all topics, in which the first valid latent decides the format. */
    DatasetScan scan(int block) {
        return new DatasetScan(consumer, check, block, DatasetView.PATIENCE);
    }

    /** Describes what a topic has at present. */
    DatasetSource describe(String topic, String id, int block) {
        DatasetScan scan = scan(block);
        return scan.describe(topic, id, scan.present(topic));
    }

    /** Returns the format of the first valid latent that was scanned. */
    Optional<LatentFormat> format() {
        return check.format();
    }

    /** Returns how long a topic keeps records, in milliseconds; empty if for ever. */
    Optional<Long> retention(String topic) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = Objects.requireNonNull(
                get(admin.describeConfigs(List.of(resource)).all()).get(resource));
        return Optional.ofNullable(config.get(TopicConfig.RETENTION_MS_CONFIG))
                .map(entry -> Long.valueOf(entry.value()))
                .filter(millis -> millis >= 0);
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw new ClusterException(
                    "the cluster does not describe its topics: " + AdminAnswers.reason(failed), failed);
        }
    }
}
