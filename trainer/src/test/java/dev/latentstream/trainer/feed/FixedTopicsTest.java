package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class FixedTopicsTest {
    private static final List<String> NAMES = List.of("latents-a", "latents-b");

    private final Map<String, LatentTopic> cluster = new TreeMap<>();
    private final AtomicLong updates = new AtomicLong();
    private boolean isReachable = true;
    private int questions;
    private final FixedTopics topics = new FixedTopics(new Directory(), updates::get);

    FixedTopicsTest() {
        NAMES.forEach(name -> cluster.put(name, new LatentTopic(name, "id", 1)));
    }

    @Test
    void theClusterIsAskedOnlyAfterTheConsumerLearnedOfTopics() {
        for (int poll = 0; poll < 5; poll++) {
            assertThat(topics.areTheSame(NAMES)).isTrue();
        }
        updates.incrementAndGet();
        assertThat(topics.areTheSame(NAMES)).isTrue();

        assertThat(questions).isEqualTo(2);
    }

    @Test
    void aTopicThatWasRecreatedIsRefused() {
        assertThat(topics.areTheSame(NAMES)).isTrue();
        cluster.put("latents-b", new LatentTopic("latents-b", "other", 1));
        updates.incrementAndGet();

        assertThatThrownBy(() -> topics.areTheSame(List.of()))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "the log no longer has latents: latents-b was recreated while it was read, with the id other"
                                + " instead of id");
    }

    @Test
    void aTopicThatIsGoneIsStillTheSame() {
        assertThat(topics.areTheSame(NAMES)).isTrue();
        cluster.remove("latents-b");
        updates.incrementAndGet();

        assertThat(topics.areTheSame(NAMES)).isTrue();
    }

    @Test
    void aClusterThatDoesNotAnswerIsAskedAgain() {
        isReachable = false;
        assertThat(topics.areTheSame(NAMES)).isFalse();

        isReachable = true;
        assertThat(topics.areTheSame(NAMES)).isTrue();
    }

    private final class Directory implements TopicDirectory {
        @Override
        public Map<String, LatentTopic> topics() {
            questions++;
            if (!isReachable) {
                throw new TimeoutException("no answer");
            }
            return cluster;
        }

        @Override
        public void close() {}
    }
}
