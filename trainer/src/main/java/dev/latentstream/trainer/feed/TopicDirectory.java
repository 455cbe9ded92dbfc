package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** The latent topics of a cluster. */
interface TopicDirectory extends AutoCloseable {
    /**
     * A latent topic as the cluster describes it.
     *
     * @param id Kafka's id; a topic that is recreated has another
     */
    record LatentTopic(String name, String id, int partitions) {
        Stream<TopicPartition> topicPartitions() {
            return IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(name, i));
        }
    }

    /** Returns the topics that exist, by name. */
    Map<String, LatentTopic> topics();

    @Override
    void close();

    /** Returns the directory of a cluster; closes the client. */
    static TopicDirectory of(Admin admin, Topics topics) {
        return new TopicDirectory() {
            @Override
            public Map<String, LatentTopic> topics() {
                List<String> names = AdminAnswers.await(admin.listTopics().names()).stream()
                        .filter(topics::isLatents)
                        .toList();
                Map<String, LatentTopic> found = new TreeMap<>();
                admin.describeTopics(names).topicNameValues().forEach((name, described) -> {
                    try {
                        TopicDescription topic = AdminAnswers.await(described);
                        found.put(
                                name,
                                new LatentTopic(
                                        name,
                                        topic.topicId().toString(),
                                        topic.partitions().size()));
                    } catch (UnknownTopicOrPartitionException deleted) {
                        found.remove(name); // between the two requests
                    }
                });
                return found;
            }

            @Override
            public void close() {
                admin.close();
            }
        };
    }

    /**
     * Counts how often a consumer has learned of the cluster's topics, as one of its deserializers. Kafka's consumer reads on in a topic that
     * was recreated, from its position in the one before, without a word; but not before it has learned the id of the new one. Thread-safe.
     */
    final class MetadataUpdates extends ByteBufferDeserializer implements ClusterResourceListener {
        private final AtomicLong count = new AtomicLong();

        @Override
        public void onUpdate(ClusterResource cluster) {
            count.incrementAndGet();
        }

        long count() {
            return count.get();
        }
    }
}
