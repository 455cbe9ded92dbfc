package dev.latentstream.app.topics;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The end of a partition that readers of committed records do not see, since a process ended within a transaction, or hangs: whatever others
 * have committed after the first record of that transaction is hidden until the cluster ends it for its age. A command that shows the newest
 * records shows those before it.
 *
 * @param from first offset that is hidden
 * @param end offset after the last one
 * @param since time of the last record of the transaction, as ISO 8601
 */
public record HiddenRecords(String topic, int partition, long from, long end, String since) {
    /** A transaction of a process that lives ends within milliseconds after its last record. */
    private static final Duration LEFT_OPEN_AFTER = Duration.ofSeconds(2);

    /** Returns what is hidden of a topic, by partition; nothing of one that does not exist. */
    public static List<HiddenRecords> of(Admin admin, String topic, Instant now)
            throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions = partitions(admin, topic);
        Map<TopicPartition, Long> stable = ends(admin, partitions, IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, Long> log = ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
        List<TopicPartition> held = partitions.stream()
                .filter(partition -> stable.getOrDefault(partition, 0L) < log.getOrDefault(partition, 0L))
                .toList();
        List<HiddenRecords> hidden = new ArrayList<>();
        Map<TopicPartition, PartitionProducerState> producers =
                admin.describeProducers(held).all().get();
        producers.forEach((partition, state) -> leftOpen(state, now)
                .ifPresent(since -> hidden.add(new HiddenRecords(
                        topic,
                        partition.partition(),
                        stable.getOrDefault(partition, 0L),
                        log.getOrDefault(partition, 0L),
                        since.truncatedTo(ChronoUnit.SECONDS).toString()))));
        return hidden.stream()
                .sorted(Comparator.comparingInt(HiddenRecords::partition))
                .toList();
    }

    private static List<TopicPartition> partitions(Admin admin, String topic)
            throws ExecutionException, InterruptedException {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                    .flatMap(described -> described.partitions().stream())
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                return List.of();
            }
            throw failed;
        }
    }

    private static Map<TopicPartition, Long> ends(
            Admin admin, Collection<TopicPartition> partitions, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(latest, new ListOffsetsOptions(isolation))
                .all()
                .get();
        return found.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue()
                .offset()));
    }

    /** Returns the time of the last record of the oldest open transaction, if it is long ago. */
    private static Optional<Instant> leftOpen(PartitionProducerState state, Instant now) {
        return state.activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .min(Comparator.comparingLong(
                        producer -> producer.currentTransactionStartOffset().orElse(0)))
                .map(ProducerState::lastTimestamp)
                .map(Instant::ofEpochMilli)
                .filter(last -> last.plus(LEFT_OPEN_AFTER).isBefore(now));
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        return "offsets %d to %d of %s-%d are not shown: an ended process has left a transaction open since %s"
                .formatted(from, end - 1, topic, partition, since);
    }
}
