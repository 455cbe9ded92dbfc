package dev.latentstream.app.status;

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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of topics and the positions of groups at one moment.
 *
 * @param nanoTime the moment
 * @param starts first offset of each partition
 * @param ends offset after the last committed record of each partition
 * @param committed positions of each group
 * @param groups state and members of each group
 */
record OffsetsSample(
        long nanoTime,
        Map<TopicPartition, Long> starts,
        Map<TopicPartition, Long> ends,
        Map<String, Map<TopicPartition, Long>> committed,
        Map<String, ConsumerGroupDescription> groups) {
    private static final ListOffsetsOptions COMMITTED = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

    /** Reads the offsets of topics and groups with a prefix, without Kafka's internal topics. */
    static OffsetsSample take(Admin admin, String prefix) throws ExecutionException, InterruptedException {
        List<String> topics = admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith(prefix) && !topic.startsWith("_"))
                .toList();
        List<TopicPartition> partitions = admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        List<String> groups = admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get().stream()
                .map(GroupListing::groupId)
                .filter(group -> group.startsWith(prefix))
                .toList();
        return new OffsetsSample(
                System.nanoTime(),
                offsets(admin, partitions, OffsetSpec.earliest()),
                offsets(admin, partitions, OffsetSpec.latest()),
                committed(admin, groups),
                new TreeMap<>(admin.describeConsumerGroups(groups).all().get()));
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
        Set<TopicPartition> read = new HashSet<>(positions.keySet());
        if (groups.containsKey(group)) {
            groups.get(group)
                    .members()
                    .forEach(member -> read.addAll(member.assignment().topicPartitions()));
        }
        ends.keySet().stream()
                .filter(partition -> topics.contains(partition.topic()))
                .forEach(read::add);
        return read.stream()
                .mapToLong(partition -> {
                    long start = starts.getOrDefault(partition, 0L);
                    return ends.getOrDefault(partition, 0L) - Math.max(start, positions.getOrDefault(partition, start));
                })
                .map(lag -> Math.max(0, lag))
                .sum();
    }

    /** Returns the sum of a group's positions, to be compared with another sample. */
    long progress(String group) {
        return committed.getOrDefault(group, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec));
        Map<TopicPartition, Long> answer = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found =
                admin.listOffsets(question, COMMITTED).all().get();
        found.forEach((partition, info) -> answer.put(partition, info.offset()));
        return answer;
    }

    private static Map<String, Map<TopicPartition, Long>> committed(Admin admin, List<String> groups)
            throws ExecutionException, InterruptedException {
        Map<String, ListConsumerGroupOffsetsSpec> question = groups.stream()
                .collect(Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec()));
        Map<String, Map<TopicPartition, Long>> answer = new HashMap<>();
        if (question.isEmpty()) {
            return answer;
        }
        admin.listConsumerGroupOffsets(question).all().get().forEach((group, positions) -> {
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
