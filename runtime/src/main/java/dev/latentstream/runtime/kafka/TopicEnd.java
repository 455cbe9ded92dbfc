package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.ClusterException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The end of some partitions at one moment, up to which a consumer reads. Not thread-safe, like the consumer. */
public final class TopicEnd {
    private final Consumer<?, ?> consumer;
    private final Duration timeout;
    private final Map<TopicPartition, Long> ends;

    private TopicEnd(Consumer<?, ?> consumer, Duration timeout, Map<TopicPartition, Long> ends) {
        this.consumer = consumer;
        this.timeout = timeout;
        this.ends = Map.copyOf(ends);
    }

    /**
     * Returns the current end of the partitions.
     *
     * @param timeout bound of each request to the cluster
     */
    public static TopicEnd of(Consumer<?, ?> consumer, Collection<TopicPartition> partitions, Duration timeout) {
        return new TopicEnd(consumer, timeout, consumer.endOffsets(partitions, timeout));
    }

    /** Returns the current end of the log of the partitions, which is reached once the open transactions before it have ended. */
    public static TopicEnd ofLog(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions, LogEnds ends, Duration timeout) {
        return new TopicEnd(consumer, timeout, ends.of(partitions));
    }

    /**
     * Assigns all partitions of a topic from their beginning, and returns their current end.
     *
     * @param timeout bound of each request to the cluster
     * @throws ClusterException if the topic does not exist
     */
    public static TopicEnd fromBeginning(Consumer<?, ?> consumer, String topic, Duration timeout) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, timeout).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new ClusterException("topic %s does not exist".formatted(topic));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return of(consumer, partitions, timeout);
    }

    /** Returns whether the consumer has read all records before the end; transaction markers count as read. */
    public boolean isReached() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), timeout) >= end.getValue());
    }

    /** Returns whether the consumer has read all that it can, and open transactions hide the rest. */
    public boolean isHidden() {
        return !isReached()
                && ends.keySet().stream()
                        .allMatch(partition -> consumer.currentLag(partition).orElse(1) <= 0);
    }

    /** Returns the offset of the end. */
    public long of(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** Returns whether a record is after the end, because it was written later. */
    public boolean isBefore(ConsumerRecord<?, ?> record) {
        return record.offset() >= of(new TopicPartition(record.topic(), record.partition()));
    }

    @Override
    public String toString() {
        return ends.keySet().toString();
    }
}
