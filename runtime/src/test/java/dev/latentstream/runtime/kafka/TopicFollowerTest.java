package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.latentstream.runtime.ClusterException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
    private static final TopicPartition PARTITION = new TopicPartition("removals", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<String> keys = new CopyOnWriteArrayList<>();

    @Test
    void startReturnsWhenTheTopicIsReadAndLaterRecordsFollow() {
        topic(2);
        consumer.schedulePollTask(() -> add(0, "a"));
        consumer.schedulePollTask(() -> add(1, "b"));
        try (TopicFollower follower = follower()) {
            follower.start();

            assertThat(keys).containsExactly("a", "b");
            consumer.schedulePollTask(() -> add(2, "c"));
            await().until(() -> keys.contains("c"));
            assertThat(follower.failure()).isEmpty();
        }
    }

    @Test
    void aTopicThatDoesNotExistIsNamed() {
        consumer.updatePartitions("removals", List.of());
        try (TopicFollower follower = follower()) {
            assertThatThrownBy(follower::start)
                    .isInstanceOf(ClusterException.class)
                    .hasMessage("topic removals does not exist");
        }
    }

    @Test
    void aFailureAfterTheStartIsReported() {
        topic(0);
        try (TopicFollower follower = follower()) {
            follower.start();

            consumer.setPollException(new KafkaException("not allowed"));

            await().until(() -> follower.failure().isPresent());
            assertThat(follower.failure()).get().hasToString("org.apache.kafka.common.KafkaException: not allowed");
        }
    }

    private TopicFollower follower() {
        return new TopicFollower(
                "removals", () -> consumer, record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
    }

    private void topic(long end) {
        consumer.updatePartitions(
                "removals", List.of(new PartitionInfo("removals", 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private void add(long offset, String key) {
        consumer.addRecord(
                new ConsumerRecord<>("removals", 0, offset, key.getBytes(StandardCharsets.UTF_8), new byte[] {1}));
    }
}
