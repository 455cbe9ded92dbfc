package dev.latentstream.trainer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** A consumer of a log in memory, which gives the same records again after it was moved back. */
public final class LogConsumer<K, V> extends MockConsumer<K, V> {
    private static final int MOST = 7; // records of a partition that one call returns

    private final Map<TopicPartition, List<ConsumerRecord<K, V>>> log = new TreeMap<>(
            java.util.Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
    private volatile boolean isWoken;

    public LogConsumer() {
        super("none");
    }

    /** Adds records of one partition, whose offsets ascend. */
    public LogConsumer<K, V> with(TopicPartition partition, List<ConsumerRecord<K, V>> records) {
        log.put(partition, records);
        List<PartitionInfo> infos = new ArrayList<>();
        for (TopicPartition known : log.keySet()) {
            if (known.topic().equals(partition.topic())) {
                infos.add(new PartitionInfo(known.topic(), known.partition(), Node.noNode(), new Node[0], new Node[0]));
            }
        }
        updatePartitions(partition.topic(), infos);
        long first = records.isEmpty() ? 0 : records.get(0).offset();
        updateBeginningOffsets(Map.of(partition, first));
        updateEndOffsets(Map.of(
                partition,
                records.isEmpty() ? 0 : records.get(records.size() - 1).offset() + 1));
        return this;
    }

    @Override
    public synchronized ConsumerRecords<K, V> poll(Duration timeout) {
        if (isWoken) {
            isWoken = false;
            throw new WakeupException();
        }
        Map<TopicPartition, List<ConsumerRecord<K, V>>> polled = new HashMap<>();
        for (TopicPartition partition : assignment()) {
            long position = position(partition);
            if (position < beginningOffsets(List.of(partition)).getOrDefault(partition, 0L)) {
                throw new OffsetOutOfRangeException(Map.of(partition, position));
            }
            List<ConsumerRecord<K, V>> records = paused().contains(partition)
                    ? List.of()
                    : log.getOrDefault(partition, List.of()).stream()
                            .filter(record -> record.offset() >= position)
                            .limit(MOST)
                            .toList();
            if (!records.isEmpty()) {
                polled.put(partition, records);
                seek(partition, records.get(records.size() - 1).offset() + 1);
            }
        }
        return new ConsumerRecords<>(polled, Map.of());
    }

    @Override
    public synchronized void wakeup() {
        isWoken = true;
    }
}
