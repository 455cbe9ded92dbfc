package dev.latentstream.trainer.feed;

import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.SourceState.Slot;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Reads the latents of a run's shuffle buffers again, after checking that the log still has every record the run needs. */
final class LatentRecovery {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final LatentValidator validator;
    private final Duration patience;

    LatentRecovery(Consumer<byte[], byte[]> consumer, LatentValidator validator, Duration patience) {
        this.consumer = consumer;
        this.validator = validator;
        this.patience = patience;
    }

    /** Returns the next offset of every partition. */
    static Map<TopicPartition, Long> next(Collection<SourceState> states) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (SourceState state : states) {
            state.next().forEach((partition, offset) -> next.put(new TopicPartition(state.topic(), partition), offset));
        }
        return next;
    }

    /**
     * Reads the latents in the slots of all buffers, into a map that the caller may clear.
     *
     * @throws LostRecordsException if the log no longer has them, or a record after them
     */
    Map<RecordPosition, LatentSample> recover(Collection<SourceState> states) {
        Map<TopicPartition, Long> next = next(states);
        if (next.isEmpty()) {
            return new HashMap<>();
        }
        Map<TopicPartition, NavigableSet<Long>> wanted = wanted(states);
        Map<TopicPartition, Long> first = new HashMap<>(next);
        wanted.forEach((partition, offsets) -> first.merge(partition, offsets.first(), Math::min));
        checkTopics(next.keySet());
        Map<TopicPartition, Long> beginning = consumer.beginningOffsets(next.keySet());
        Map<TopicPartition, Long> end = consumer.endOffsets(next.keySet());
        check(first, beginning, end);
        check(next, beginning, end);
        consumer.assign(wanted.keySet());
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.first()));
        return read(wanted);
    }

    private static void check(
            Map<TopicPartition, Long> needed, Map<TopicPartition, Long> beginning, Map<TopicPartition, Long> end) {
        boolean available = needed.entrySet().stream()
                .allMatch(e -> beginning.getOrDefault(e.getKey(), 0L) <= e.getValue()
                        && e.getValue() <= end.getOrDefault(e.getKey(), 0L));
        if (!available) {
            throw lost(needed, beginning, end);
        }
    }

    /** Returns an exception with the missing offsets of each partition whose wanted offset is out of range. */
    static LostRecordsException lost(
            Map<TopicPartition, Long> wanted, Map<TopicPartition, Long> beginning, Map<TopicPartition, Long> end) {
        TreeMap<String, String> faults = new TreeMap<>();
        wanted.forEach((partition, offset) -> {
            long first = beginning.getOrDefault(partition, 0L);
            long last = end.getOrDefault(partition, 0L);
            if (offset < first) {
                faults.put(
                        partition.toString(),
                        "%s: %d records lost, offsets %d to %d; it begins at %d"
                                .formatted(partition, first - offset, offset, first - 1, first));
            } else if (offset > last) {
                faults.put(
                        partition.toString(),
                        "%s: it ends at %d, before the run's offset %d: the topic was recreated"
                                .formatted(partition, last, offset));
            }
        });
        return lost(faults);
    }

    private static LostRecordsException unreadable(Map<TopicPartition, NavigableSet<Long>> wanted) {
        TreeMap<String, String> faults = new TreeMap<>();
        wanted.forEach((partition, offsets) -> faults.put(
                partition.toString(),
                "%s: %d latents of the shuffle buffer cannot be read again, offsets %d to %d"
                        .formatted(partition, offsets.size(), offsets.first(), offsets.last())));
        return lost(faults);
    }

    private static LostRecordsException lost(SortedMap<String, String> faults) {
        return new LostRecordsException("the log no longer has records that this run needs: "
                + String.join("; ", faults.values())
                + ". A new run starts from the records that are left.");
    }

    private void checkTopics(Set<TopicPartition> needed) {
        Set<String> topics = consumer.listTopics().keySet();
        List<String> gone = needed.stream()
                .map(TopicPartition::topic)
                .filter(t -> !topics.contains(t))
                .distinct()
                .sorted()
                .toList();
        if (!gone.isEmpty()) {
            throw new LostRecordsException("topics of this run are gone: " + String.join(", ", gone));
        }
    }

    private Map<RecordPosition, LatentSample> read(Map<TopicPartition, NavigableSet<Long>> wanted) {
        Map<RecordPosition, LatentSample> found = new HashMap<>();
        Duration idle = Duration.ZERO;
        while (!wanted.isEmpty()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            idle = records.isEmpty() ? idle.plus(POLL) : Duration.ZERO;
            for (ConsumerRecord<byte[], byte[]> record : records) {
                take(record, wanted, found);
            }
            wanted.values().removeIf(Set::isEmpty);
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> !wanted.containsKey(partition))
                    .toList());
            boolean passed = wanted.entrySet().stream()
                    .anyMatch(e -> consumer.position(e.getKey()) > e.getValue().last());
            if (passed || idle.compareTo(patience) >= 0) {
                throw unreadable(wanted);
            }
        }
        return found;
    }

    private void take(
            ConsumerRecord<byte[], byte[]> record,
            Map<TopicPartition, NavigableSet<Long>> wanted,
            Map<RecordPosition, LatentSample> found) {
        NavigableSet<Long> offsets = wanted.get(new TopicPartition(record.topic(), record.partition()));
        if (offsets != null
                && offsets.contains(record.offset())
                && validator.validate(record) instanceof Accepted accepted) {
            offsets.remove(record.offset());
            found.put(accepted.position(), accepted.sample());
        }
    }

    private static Map<TopicPartition, NavigableSet<Long>> wanted(Collection<SourceState> states) {
        Map<TopicPartition, NavigableSet<Long>> wanted = new HashMap<>();
        for (SourceState state : states) {
            for (Slot slot : state.slots()) {
                wanted.computeIfAbsent(state.position(slot).topicPartition(), p -> new TreeSet<>())
                        .add(slot.offset());
            }
        }
        return wanted;
    }
}
