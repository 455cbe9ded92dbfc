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

/** What was polled and is not yet worked on; decides what is a batch. Knows no clock: the time in nanoseconds is told. */
final class BatchBuffer {
    private final int batchSize;
    private final long flushAfterNanos;
    private final Deque<Arrived> records = new ArrayDeque<>();
    /** Where the consumer stands, markers of transactions included, in partitions where it has moved since the last batch. */
    private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();

    private record Arrived(ConsumerRecord<byte[], byte[]> record, long nanos) {
        TopicPartition partition() {
            return partitionOf(record);
        }
    }

    /**
     * Records to be worked on together.
     *
     * @param records none where only positions moved, past the markers of transactions
     * @param positions what to commit with the results: the next offset to be read, in every partition that moved
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

    /** Whether a batch is here that cannot grow. */
    boolean isFull() {
        return records.size() >= batchSize;
    }

    /** Whether a batch is full, or its first record has waited long enough. */
    boolean isReady(long now) {
        return isFull() || nanosToReady(now) <= 0;
    }

    /** How long until the batch is ready without another record; {@code Long.MAX_VALUE} where there is none. */
    long nanosToReady(long now) {
        Arrived first = records.peekFirst();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.nanos() + flushAfterNanos - now);
    }

    /** Whether the consumer moved without records being left to work on. */
    boolean hasOnlyPositions() {
        return records.isEmpty() && !positions.isEmpty();
    }

    /** The next batch, at most {@code batchSize} records in the order of their arrival. */
    Batch take() {
        List<ConsumerRecord<byte[], byte[]>> taken = new ArrayList<>();
        while (taken.size() < batchSize && !records.isEmpty()) {
            taken.add(records.removeFirst().record());
        }
        Map<TopicPartition, Long> left = new HashMap<>();
        records.forEach(arrived ->
                left.putIfAbsent(arrived.partition(), arrived.record().offset()));

        Map<TopicPartition, OffsetAndMetadata> reached = new HashMap<>(positions);
        reached.keySet().removeAll(left.keySet()); // a later batch commits how far these have come
        positions.keySet().retainAll(left.keySet());
        for (ConsumerRecord<byte[], byte[]> record : taken) {
            Long next = left.get(partitionOf(record));
            if (next != null) {
                reached.put(partitionOf(record), new OffsetAndMetadata(next));
            }
        }
        return new Batch(taken, reached);
    }

    /** Takes a batch back that was not committed, except its records of partitions that are gone. */
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

    /** Drops what belongs to partitions that now belong to others. */
    void forget(Collection<TopicPartition> gone) {
        records.removeIf(arrived -> gone.contains(arrived.partition()));
        positions.keySet().removeAll(gone);
    }

    void clear() {
        records.clear();
        positions.clear();
    }
}
