package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedSettings.WhenDry;
import dev.latentstream.trainer.feed.SourceState.Slot;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // CompletableFuture.join ignores interrupts
class LatentFeedTest {
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Meters meters = new Meters();
    private final LatentFeed feed = feed();

    @AfterEach
    void close() {
        feed.close();
        meters.close();
    }

    @Test
    void stoppingEndsTheRecoveryOfTheBuffers() {
        consumer.updatePartitions(
                A0.topic(), List.of(new PartitionInfo(A0.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(A0, 0L));
        consumer.updateEndOffsets(Map.of(A0, 5L));
        consumer.schedulePollTask(feed::stop);

        assertThatThrownBy(() -> feed.start(
                        List.of(SourceState.of(A0.topic(), 1, Map.of(0, 5L), List.of(new Slot("a1", 0, 1))))))
                .hasMessage("the feed was closed");
    }

    @Test
    void stoppingEndsTheWaitForTheFirstLatent() {
        feed.start(List.of());

        feed.stop();

        assertThatThrownBy(feed::awaitFormat).hasMessage("latents are no longer read: the feed was closed");
    }

    private LatentFeed feed() {
        LatentQueues queues = new LatentQueues(10);
        LatentValidator validator = new LatentValidator(Fixtures.deserializer(), null);
        Topics topics = new Topics("");
        FeedSettings settings = Fixtures.feed(WhenDry.WAIT, 8, 3);
        LatentReader reader =
                new LatentReader("trainer", consumer, topics, validator, queues, settings, meters, Clock.systemUTC());
        return new LatentFeed(reader, validator, queues, topics, settings, meters);
    }
}
