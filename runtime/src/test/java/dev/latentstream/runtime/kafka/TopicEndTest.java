package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicEndTest {
    private static final TopicPartition ZERO = new TopicPartition("control", 0);
    private static final TopicPartition ONE = new TopicPartition("control", 1);

    private final MockConsumer<String, String> consumer = new MockConsumer<>("earliest");

    private TopicEnd end(long ofZero, long ofOne) {
        consumer.assign(List.of(ZERO, ONE));
        consumer.updateEndOffsets(Map.of(ZERO, ofZero, ONE, ofOne));
        consumer.seek(ZERO, 0);
        consumer.seek(ONE, 0);
        return TopicEnd.of(consumer, List.of(ZERO, ONE), Duration.ofSeconds(1));
    }

    private static ConsumerRecord<String, String> record(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "key", "value");
    }

    @Test
    void anEmptyTopicIsAtItsEnd() {
        assertThat(end(0, 0).isReached()).isTrue();
    }

    @Test
    void isReachedOnceEveryPartitionIsRead() {
        TopicEnd end = end(2, 1);

        consumer.seek(ZERO, 2);
        assertThat(end.isReached()).isFalse();

        consumer.seek(ONE, 1);
        assertThat(end.isReached()).isTrue();
    }

    @Test
    void doesNotMoveWithLaterRecords() {
        TopicEnd end = end(2, 0);
        consumer.updateEndOffsets(Map.of(ZERO, 9L));
        consumer.seek(ZERO, 2);

        assertThat(end.isReached()).isTrue();
        assertThat(end.isBefore(record(ZERO, 1))).isFalse();
        assertThat(end.isBefore(record(ZERO, 2))).isTrue();
        assertThat(end.isBefore(record(ONE, 0))).isTrue();
    }
}
