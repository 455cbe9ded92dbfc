package dev.latentstream.app.status;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of topics and the positions of groups at one moment.
 *
 * @param nanoTime the moment
 * @param starts first offset of each partition
 * @param ends last stable offset of each partition: the end of what readers of committed records see
 * @param logEnds end of each partition, which an open transaction keeps beyond the last stable offset
 * @param committed positions of each group
 * @param groups state and members of each group
 */
record OffsetsSample(
        long nanoTime,
        Map<TopicPartition, Long> starts,
        Map<TopicPartition, Long> ends,
        Map<TopicPartition, Long> logEnds,
        Map<String, Map<TopicPartition, Long>> committed,
        Map<String, ConsumerGroupDescription> groups) {
    private static final ListOffsetsOptions COMMITTED = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    private static final ListOffsetsOptions ALL = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);

    /**
     * Reads the offsets of topics and groups with a prefix, without Kafka's internal topics. Requests that do not depend on each other
     * are sent at the same time.
     *
     * @param names of all topics
     */
    static OffsetsSample take(Admin admin, String prefix, Set<String> names)
            throws ExecutionException, InterruptedException {
        List<String> topics = names.stream()
                .filter(topic -> topic.startsWith(prefix) && !topic.startsWith("_"))
                .toList();
        KafkaFuture<Map<String, TopicDescription>> described =
                admin.describeTopics(topics).allTopicNames();
        KafkaFuture<Collection<GroupListing>> listings =
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all();
        List<String> groups = listings.get().stream()
                .map(GroupListing::groupId)
                .filter(group -> group.startsWith(prefix))
                .toList();
        KafkaFuture<Map<String, ConsumerGroupDescription>> members =
                admin.describeConsumerGroups(groups).all();
        List<TopicPartition> partitions = described.get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> starts =
                offsets(admin, partitions, OffsetSpec.earliest(), COMMITTED);
        Ends ends = Ends.request(admin, partitions, groups);
        return new OffsetsSample(
                System.nanoTime(),
                byPartition(starts),
                byPartition(ends.stable()),
                byPartition(ends.log()),
                positions(ends.committed()),
                new TreeMap<>(members.get()));
    }

    /** Reads the ends and positions again, of the same topics and groups. */
    OffsetsSample again(Admin admin) throws ExecutionException, InterruptedException {
        Ends later = Ends.request(admin, List.copyOf(ends.keySet()), List.copyOf(groups.keySet()));
        return new OffsetsSample(
                System.nanoTime(),
                starts,
                byPartition(later.stable()),
                byPartition(later.log()),
                positions(later.committed()),
                groups);
    }

    /** Requests for the ends of partitions and the positions of groups, sent at the same time. */
    private record Ends(
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> stable,
            KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> log,
            KafkaFuture<Map<String, Map<TopicPartition, OffsetAndMetadata>>> committed) {
        static Ends request(Admin admin, List<TopicPartition> partitions, List<String> groups) {
            return new Ends(
                    offsets(admin, partitions, OffsetSpec.latest(), COMMITTED),
                    offsets(admin, partitions, OffsetSpec.latest(), ALL),
                    OffsetsSample.committed(admin, groups));
        }
    }

    /** Returns the number of offsets of each topic that wait for the end of a transaction. */
    Map<String, Long> waiting() {
        Map<TopicPartition, Long> waiting = new HashMap<>();
        logEnds.forEach(
                (partition, end) -> waiting.put(partition, Math.max(0, end - ends.getOrDefault(partition, end))));
        return byTopic(waiting);
    }

    /** Sums a value of each partition by topic. */
    static Map<String, Long> byTopic(Map<TopicPartition, Long> values) {
        return values.entrySet().stream()
                .collect(Collectors.groupingBy(
                        value -> value.getKey().topic(), TreeMap::new, Collectors.summingLong(Map.Entry::getValue)));
    }

    /**
     * Returns the lag of a group over the partitions that it reads: those that it committed, those assigned to its members, and all
     * partitions of given topics. A partition without a committed offset counts from its start.
     *
     * @param topics topics of which the group reads every partition, including those that it has not reached yet
     */
    long lag(String group, Set<String> topics) {
        Map<TopicPartition, Long> positions = committed.getOrDefault(group, Map.of());
        return read(group, topics).stream()
                .mapToLong(partition -> {
                    long start = starts.getOrDefault(partition, 0L);
                    return ends.getOrDefault(partition, 0L) - Math.max(start, positions.getOrDefault(partition, start));
                })
                .map(lag -> Math.max(0, lag))
                .sum();
    }

    /** Returns the offsets of the same partitions that a group cannot read yet, because a transaction is open. */
    long waiting(String group, Set<String> topics) {
        return read(group, topics).stream()
                .mapToLong(partition -> logEnds.getOrDefault(partition, 0L) - ends.getOrDefault(partition, 0L))
                .map(waiting -> Math.max(0, waiting))
                .sum();
    }

    private Set<TopicPartition> read(String group, Set<String> topics) {
        Set<TopicPartition> read =
                new HashSet<>(committed.getOrDefault(group, Map.of()).keySet());
        if (groups.containsKey(group)) {
            groups.get(group)
                    .members()
                    .forEach(member -> read.addAll(member.assignment().topicPartitions()));
        }
        ends.keySet().stream()
                .filter(partition -> topics.contains(partition.topic()))
                .forEach(read::add);
        return read;
    }

    /** Returns the sum of a group's positions, to be compared with another sample. */
    long progress(String group) {
        return committed.getOrDefault(group, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            Admin admin, List<TopicPartition> partitions, OffsetSpec spec, ListOffsetsOptions isolation) {
        Map<TopicPartition, OffsetSpec> question =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec));
        return admin.listOffsets(question, isolation).all();
    }

    private static Map<TopicPartition, Long> byPartition(KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> found)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> answer = new HashMap<>();
        found.get().forEach((partition, info) -> answer.put(partition, info.offset()));
        return answer;
    }

    private static KafkaFuture<Map<String, Map<TopicPartition, OffsetAndMetadata>>> committed(
            Admin admin, List<String> groups) {
        if (groups.isEmpty()) { // the Admin client refuses to be asked for none
            return KafkaFuture.completedFuture(Map.of());
        }
        return admin.listConsumerGroupOffsets(groups.stream()
                        .collect(Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec())))
                .all();
    }

    private static Map<String, Map<TopicPartition, Long>> positions(
            KafkaFuture<Map<String, Map<TopicPartition, OffsetAndMetadata>>> committed)
            throws ExecutionException, InterruptedException {
        Map<String, Map<TopicPartition, Long>> answer = new HashMap<>();
        committed.get().forEach((group, positions) -> {
            Map<TopicPartition, Long> known = new HashMap<>();
            positions.forEach((partition, position) -> note(known, partition, position));
            answer.put(group, known);
        });
        return answer;
    }

    /** Drops partitions without a position, which the Admin client lists with null. */
    private static void note(
            Map<TopicPartition, Long> known, TopicPartition partition, @Nullable OffsetAndMetadata position) {
        if (position != null) {
            known.put(partition, position.offset());
        }
    }
}
