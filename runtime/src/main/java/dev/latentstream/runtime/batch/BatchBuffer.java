package dev.latentstream.runtime.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The records that were polled and not yet processed; cuts them into batches. The time is passed in, in nanoseconds. */
final class BatchBuffer {
    private final int batchSize;
    private final long flushAfterNanos;
    private final Deque<Arrived> records = new ArrayDeque<>();
    /** The consumer's positions, past transaction markers, in partitions that advanced since the last batch. */
    private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();

    private record Arrived(ConsumerRecord<byte[], byte[]> record, long nanos) {
        TopicPartition partition() {
            return partitionOf(record);
        }
    }

    /**
     * Records to be processed together.
     *
     * @param records empty if positions advanced past transaction markers only
     * @param positions the offsets to commit with the results: the next offset to read of every partition that advanced
     */
    record Batch(List<ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, OffsetAndMetadata> positions) {
        Batch {
            records = List.copyOf(records);
            positions = Map.copyOf(positions);
        }

        boolean touches(Collection<TopicPartition> partitions) {
            return positions.keySet().stream().anyMatch(partitions::contains);
        }
    }

    BatchBuffer(int batchSize, Duration flushAfter) {
        this.batchSize = batchSize;
        this.flushAfterNanos = flushAfter.toNanos();
    }

    static TopicPartition partitionOf(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    void add(ConsumerRecords<byte[], byte[]> polled, long now) {
        polled.forEach(record -> records.addLast(new Arrived(record, now)));
        positions.putAll(polled.nextOffsets());
    }

    /** Returns whether there are enough records for a full batch. */
    boolean isFull() {
        return records.size() >= batchSize;
    }

    /** Returns whether a batch is full, or its first record has waited long enough. */
    boolean isReady(long now) {
        return isFull() || nanosToReady(now) <= 0;
    }

    /** Returns the time until the batch is ready without further records; {@code Long.MAX_VALUE} if there is none. */
    long nanosToReady(long now) {
        Arrived first = records.peekFirst();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.nanos() + flushAfterNanos - now);
    }

    /** Returns whether positions advanced and no record remains to be processed. */
    boolean hasOnlyPositions() {
        return records.isEmpty() && !positions.isEmpty();
    }

    /** Removes and returns the next batch: at most {@code batchSize} records in order of arrival. */
    Batch take() {
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        while (taken.size() < batchSize && !records.isEmpty()) {
            taken.add(records.removeFirst().record());
        }
        Map<TopicPartition, Long> left = new HashMap<>();
        records.forEach(arrived ->
                left.putIfAbsent(arrived.partition(), arrived.record().offset()));

        Map<TopicPartition, OffsetAndMetadata> reached = new HashMap<>(positions);
        reached.keySet().removeAll(left.keySet()); // a later batch commits these positions
        positions.keySet().retainAll(left.keySet());
        for (ConsumerRecord<byte[], byte[]> record : taken) {
            Long next = left.get(partitionOf(record));
            if (next != null) {
                reached.put(partitionOf(record), new OffsetAndMetadata(next));
            }
        }
        return new Batch(taken, reached);
    }

    /** Returns an uncommitted batch to the buffer, except its records of partitions that were revoked. */
    void putBack(Batch batch, Collection<TopicPartition> gone, long now) {
        for (int i = batch.records().size() - 1; i >= 0; i--) {
            ConsumerRecord<byte[], byte[]> record = batch.records().get(i);
            if (!gone.contains(partitionOf(record))) {
                records.addFirst(new Arrived(record, now - flushAfterNanos));
            }
        }
        batch.positions().forEach((partition, position) -> {
            if (!gone.contains(partition)) {
                positions.putIfAbsent(partition, position);
            }
        });
    }

    /** Drops the records and positions of partitions that were revoked. */
    void forget(Collection<TopicPartition> gone) {
        records.removeIf(arrived -> gone.contains(arrived.partition()));
        positions.keySet().removeAll(gone);
    }

    void clear() {
        records.clear();
        positions.clear();
    }
}
