package dev.latentstream.runtime.kafka;

import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** The offsets of a pipeline's topics, read from its cluster. */
interface ClusterView extends AutoCloseable {
    /**
     * Offsets at one moment.
     *
     * @param starts first offset of each partition
     * @param stableEnds offset up to which a stage can read, before the first open transaction
     * @param ends offset after the last record, committed or not
     * @param readTopics topics in which a consumer group of the pipeline has a position
     */
    record Offsets(
            Map<TopicPartition, Long> starts,
            Map<TopicPartition, Long> stableEnds,
            Map<TopicPartition, Long> ends,
            Set<String> readTopics) {}

    /** Reads the offsets; throws if the cluster does not answer within seconds. */
    Offsets read() throws ExecutionException;

    @Override
    void close();

    static ClusterView of(KafkaConnection connection) {
        return new OfAdmin(connection);
    }

    /** Reads through an admin client of its own. */
    final class OfAdmin implements ClusterView {
        private static final int ANSWER_MILLIS = 8_000;

        private final Topics topics;
        private final String prefix;
        private final Admin admin;

        private OfAdmin(KafkaConnection connection) {
            this.topics = connection.topics();
            this.prefix = connection.settings().topicPrefix();
            Map<String, Object> properties = new HashMap<>(connection.adminProperties());
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
            properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS / 2);
            this.admin = Admin.create(properties);
        }

        @Override
        public Offsets read() throws ExecutionException {
            try {
                Set<String> fixed = topics.known().stream().map(Topic::name).collect(Collectors.toSet());
                List<String> names = admin.listTopics().names().get().stream()
                        .filter(name -> fixed.contains(name) || topics.isLatents(name) || isOfAStage(name))
                        .toList();
                List<TopicPartition> partitions = admin.describeTopics(names).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                        .toList();
                return new Offsets(
                        offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED),
                        offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED),
                        offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED),
                        readTopics());
            } catch (InterruptedException closed) {
                throw new InterruptException(closed);
            }
        }

        /** Returns whether Kafka Streams keeps state or records on their way in a topic. */
        private boolean isOfAStage(String topic) {
            return topic.startsWith(prefix) && (topic.endsWith("-changelog") || topic.endsWith("-repartition"));
        }

        private Map<TopicPartition, Long> offsets(List<TopicPartition> of, OffsetSpec spec, IsolationLevel level)
                throws ExecutionException, InterruptedException {
            Map<TopicPartition, OffsetSpec> question =
                    of.stream().collect(Collectors.toMap(Function.identity(), p -> spec));
            Map<TopicPartition, ListOffsetsResultInfo> answer = admin.listOffsets(
                            question, new ListOffsetsOptions(level))
                    .all()
                    .get();
            return answer.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                    .offset()));
        }

        private Set<String> readTopics() throws ExecutionException, InterruptedException {
            Map<String, ListConsumerGroupOffsetsSpec> groups =
                    admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get().stream()
                            .map(GroupListing::groupId)
                            .filter(group -> group.startsWith(prefix))
                            .collect(
                                    Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec()));
            if (groups.isEmpty()) {
                return Set.of();
            }
            return admin.listConsumerGroupOffsets(groups).all().get().values().stream()
                    .flatMap(positions -> positions.keySet().stream())
                    .map(TopicPartition::topic)
                    .collect(Collectors.toSet());
        }

        @Override
        public void close() {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
