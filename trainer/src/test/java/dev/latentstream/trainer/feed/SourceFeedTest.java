package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.feed.FeedSettings.WhenDry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SourceFeedTest {
    private static final TopicPartition FIRST = new TopicPartition("latents-a", 0);
    private static final TopicPartition SECOND = new TopicPartition("latents-a", 1);

    private final LatentQueues queues = queues();

    @Test
    void underWaitTheDrawsDoNotDependOnTheOrderOfArrival() {
        LatentQueues slow = queues();
        SourceFeed early = feed(WhenDry.WAIT, queues);
        SourceFeed late = feed(WhenDry.WAIT, slow);
        for (long offset = 0; offset < 40; offset++) {
            arrive(queues, FIRST, offset);
            arrive(queues, SECOND, offset);
        }

        List<String> atOnce = draws(early, 0, 30);
        List<String> bitByBit = new ArrayList<>();
        for (long offset = 0; offset < 40; offset++) { // one partition far ahead of the other
            arrive(slow, SECOND, offset);
            late.fill();
        }
        for (long offset = 0; bitByBit.size() < 30; offset++) {
            arrive(slow, FIRST, offset);
            late.fill();
            while (late.isReady() && bitByBit.size() < 30) {
                bitByBit.add(late.draw(bitByBit.size()).sample().imageId());
                late.fill();
            }
        }

        assertThat(bitByBit).isEqualTo(atOnce);
    }

    @Test
    void withoutRepetitionEveryLatentIsDrawnOnce() {
        SourceFeed feed = feed(WhenDry.REDISTRIBUTE, queues);
        for (long offset = 0; offset < 50; offset++) {
            arrive(queues, FIRST, offset);
        }

        List<String> drawn = draws(feed, 0, 48); // two stay: the minimum is 3

        assertThat(new HashSet<>(drawn)).hasSize(48);
        assertThat(feed.isReady()).isFalse();
        assertThat(feed.shortage()).contains("2 of 3");
    }

    @Test
    void aSourceThatRepeatsStaysReadyOnceItHasItsMinimum() {
        SourceFeed feed = feed(WhenDry.REPEAT, queues);
        arrive(queues, FIRST, 0);
        arrive(queues, FIRST, 1);
        feed.fill();
        assertThat(feed.isReady()).isFalse();
        assertThat(feed.shortage()).contains("2 of 3");

        arrive(queues, SECOND, 0);
        List<String> drawn = draws(feed, 0, 100);

        assertThat(new HashSet<>(drawn)).hasSize(3);
        assertThat(feed.draw(100).repeated()).isTrue();
    }

    @Test
    void aFullBufferThatRepeatsMakesRoomForNewLatents() {
        SourceFeed feed = feed(WhenDry.REPEAT, queues);
        for (long offset = 0; offset < 20; offset++) {
            arrive(queues, FIRST, offset);
        }

        List<String> drawn = draws(feed, 0, 12);

        assertThat(new HashSet<>(drawn)).hasSize(12); // 8 in the buffer and 12 queued: none is drawn twice
        assertThat(feed.state().next()).isEqualTo(Map.of(0, 20L, 1, 100L));
    }

    @Test
    void aRemovedImageLeavesTheBuffer() {
        SourceFeed feed = feed(WhenDry.REPEAT, queues);
        for (long offset = 0; offset < 4; offset++) {
            arrive(queues, FIRST, offset);
        }
        queues.put(new Removed(new RecordPosition("latents-a", 0, 4), "latents-a-0-2"));

        List<String> drawn = draws(feed, 0, 60);

        assertThat(new HashSet<>(drawn)).hasSize(3).doesNotContain("latents-a-0-2");
    }

    @Test
    void aRestoredSourceDrawsWhatTheUninterruptedOneDraws() {
        SourceFeed uninterrupted = feed(WhenDry.WAIT, queues);
        Map<RecordPosition, LatentSample> log = new HashMap<>();
        for (long offset = 0; offset < 40; offset++) {
            arrive(queues, FIRST, offset);
            arrive(queues, SECOND, offset);
        }
        draws(uninterrupted, 0, 10);
        uninterrupted.fill();
        SourceState state = uninterrupted.state();
        List<String> rest = draws(uninterrupted, 10, 20);

        LatentQueues again = new LatentQueues(1000);
        for (TopicPartition partition : List.of(FIRST, SECOND)) {
            again.open(partition, state.next().getOrDefault(partition.partition(), 0L));
            for (long offset = 0; offset < 40; offset++) {
                LatentSample sample = Fixtures.sample(partition, base(partition) + offset);
                log.put(sample.position(), sample);
                if (base(partition) + offset >= state.next().getOrDefault(partition.partition(), 0L)) {
                    again.put(new Accepted(sample));
                }
            }
        }
        SourceFeed restored = feed(WhenDry.WAIT, again);
        restored.restore(state, log);

        assertThat(draws(restored, 10, 20)).isEqualTo(rest);
    }

    private static LatentQueues queues() {
        LatentQueues queues = new LatentQueues(1000);
        queues.open(FIRST, 0);
        queues.open(SECOND, 100);
        return queues;
    }

    private static long base(TopicPartition partition) {
        return partition.equals(FIRST) ? 0 : 100;
    }

    private static void arrive(LatentQueues queues, TopicPartition at, long offset) {
        queues.put(new Accepted(Fixtures.sample(at, base(at) + offset)));
    }

    private static SourceFeed feed(WhenDry whenDry, LatentQueues queues) {
        return new SourceFeed("latents-a", 17, Fixtures.feed(whenDry, 8, 3), queues);
    }

    private static List<String> draws(SourceFeed feed, long from, long to) {
        List<String> images = new ArrayList<>();
        for (long index = from; index < to; index++) {
            feed.fill();
            assertThat(feed.isReady()).isTrue();
            images.add(feed.draw(index).sample().imageId());
        }
        feed.fill();
        return images;
    }
}
