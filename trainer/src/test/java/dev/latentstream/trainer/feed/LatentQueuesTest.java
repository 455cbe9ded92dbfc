package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.feed.LatentQueues.Next;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatentQueuesTest {
    private static final TopicPartition A = new TopicPartition("latents-a", 0);
    private static final FeedItem FIRST = new Accepted(Fixtures.sample(A, 0));
    private static final Removed TOMBSTONE = new Removed(new RecordPosition("latents-a", 0, 1), "image");

    private final LatentQueues queues = new LatentQueues(10);

    @BeforeEach
    void open() {
        queues.open(opened("first"));
        assertThat(queues.news().opened()).hasSize(1);
    }

    @Test
    void whatIsReadOfATopicThatWasRecreatedIsHiddenUntilTheNewsOfIt() {
        queues.leave("latents-a");
        queues.open(opened("second"));
        queues.put(FIRST);
        queues.put(TOMBSTONE);

        assertThat(queues.next(A)).isEqualTo(Next.END);
        assertThat(queues.peek(A)).isNull();
        assertThat(queues.poll(A)).isNull();
        assertThat(queues.tombstones()).isEmpty();
        assertThat(queues.isEmpty(A)).isFalse();

        assertThat(queues.hasNews()).isTrue();
        assertThat(queues.news().opened()).containsExactly(opened("second"));
        assertThat(queues.tombstones()).containsExactly(TOMBSTONE);
        assertThat(queues.next(A)).isEqualTo(Next.ARRIVED);
        assertThat(queues.poll(A)).isEqualTo(FIRST);
        assertThat(queues.hasNews()).isFalse();
    }

    @Test
    void soItIsIfTheNewsOfTheDeletionWasTakenLongBefore() {
        queues.leave("latents-a");
        assertThat(queues.news().left()).containsExactly("latents-a");
        queues.open(opened("second"));
        queues.put(FIRST);

        assertThat(queues.poll(A)).isNull();
        assertThat(queues.news().left()).isEmpty();
        assertThat(queues.poll(A)).isEqualTo(FIRST);
    }

    @Test
    void aTopicThatIsDeletedTwiceBeforeTheNewsOfItIsGone() {
        queues.leave("latents-a");
        queues.open(opened("second"));
        queues.put(FIRST);
        queues.leave("latents-a");

        LatentQueues.News news = queues.news();

        assertThat(news.left()).containsExactly("latents-a");
        assertThat(news.opened()).isEmpty();
        assertThat(queues.next(A)).isEqualTo(Next.END);
    }

    /** Its offset would be one of the topic that comes after it. */
    @Test
    void aTombstoneOfATopicThatIsDeletedIsDropped() {
        queues.put(TOMBSTONE);
        queues.leave("latents-a");
        queues.open(opened("second"));

        assertThat(queues.news().opened()).hasSize(1);
        assertThat(queues.tombstones()).isEmpty();
    }

    private static LedgerSource opened(String id) {
        return new LedgerSource("latents-a", id, List.of(0L), 0L);
    }
}
