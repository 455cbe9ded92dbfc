package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.LatentQueues.Next;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class LatentReaderRecreatedTest extends LatentReaderFixture {
    @Test
    void aTopicThatIsRecreatedWhileItRunsIsAnotherOneThatIsReadFromItsBeginning() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        reader.step();
        assertThat(queues.news().opened()).hasSize(1);
        topic("latents-a", 2, 0);
        directory.put("latents-a", new LatentTopic("latents-a", "other", 2));

        clock.advance(Duration.ofSeconds(3));
        reader.step();

        LatentQueues.News news = queues.news();
        assertThat(news.left()).containsExactly("latents-a");
        assertThat(news.opened()).containsExactly(new LedgerSource("latents-a", "other", List.of(0L, 0L), 0L));
        assertThat(queues.isEmpty(A0))
                .as("what was unread of the first one is gone")
                .isTrue();
        assertThat(consumer.position(A0)).isZero();
        assertThat(consumer.assignment()).containsExactlyInAnyOrder(A0, A1);
    }

    /** Kafka's consumer reads on at its position once it has learned the new id, before the next search is due. */
    @Test
    void whatTheConsumerReadsOnInATopicThatWasRecreatedIsDropped() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        reader.step();
        assertThat(queues.poll(A0)).isNotNull();
        assertThat(queues.news().opened()).hasSize(1);
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));
        metadataUpdates++;
        add(A0, 1, "y", Fixtures.latent(1));

        reader.step();

        assertThat(queues.isEmpty(A0)).isTrue();
        assertThat(queues.news().opened()).containsExactly(new LedgerSource("latents-a", "other", List.of(0L), 0L));
        reader.step();
        assertThat(consumer.position(A0)).isZero();
    }

    @Test
    void whatCannotBeAscribedToATopicAtPresentIsReadAgain() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        isReachable = false;
        metadataUpdates++;
        add(A0, 0, "x", Fixtures.latent(1));

        reader.step();

        assertThat(queues.isEmpty(A0)).isTrue();
        assertThat(consumer.position(A0)).isZero();
        isReachable = true;
        add(A0, 0, "x", Fixtures.latent(1));
        reader.step();
        assertThat(queues.isEmpty(A0)).isFalse();
    }

    @Test
    void aTopicThatTwoSearchesDoNotFindIsGone() throws InterruptedException {
        topic("latents-a", 1, 0);
        topic("latents-b", 1, 0);
        reader.step();
        directory.remove("latents-b");

        clock.advance(Duration.ofSeconds(3));
        reader.step();
        assertThat(queues.news().left()).isEmpty();
        clock.advance(Duration.ofSeconds(3));
        reader.step();

        assertThat(queues.news().left()).containsExactly("latents-b");
        assertThat(queues.next(B0)).isEqualTo(Next.END);
        assertThat(consumer.assignment()).containsExactly(A0);
    }

    @Test
    void aTopicThatIsBackAfterItWasGoneIsReadFromItsBeginning() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        directory.remove("latents-a");
        for (int search = 0; search < 2; search++) {
            clock.advance(Duration.ofSeconds(3));
            reader.step();
        }
        assertThat(queues.news().left()).containsExactly("latents-a");
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));

        clock.advance(Duration.ofSeconds(3));
        reader.step();

        assertThat(queues.news().opened()).containsExactly(new LedgerSource("latents-a", "other", List.of(0L), 0L));
        assertThat(consumer.assignment()).containsExactly(A0);
    }

    @Test
    void theGroupIsAtTheBeginningOfATopicThatWasRecreated() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        reader.trained(7, List.of(state("latents-a", 5L)));
        clock.advance(Duration.ofSeconds(6));
        reader.step();
        assertThat(committed()).containsExactly(entry(A0, new OffsetAndMetadata(5, "step 7")));

        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(committed()).containsExactly(entry(A0, new OffsetAndMetadata(0, "step 7")));
    }

    /** The producer retries an offset of a topic that does not exist for ever, and the steps of the run wait after it. */
    @Test
    void theGroupCommitsNothingOfATopicThatWasJustDeleted() throws InterruptedException {
        topic("latents-a", 1, 0);
        topic("latents-b", 1, 0);
        reader.step();
        reader.trained(7, List.of(state("latents-a", 5L), state("latents-b", 3L)));
        clock.advance(Duration.ofSeconds(6));
        reader.step();
        assertThat(committed()).containsOnlyKeys(A0, B0);

        directory.remove("latents-a");
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(committed()).containsOnlyKeys(B0);
        reader.close();
        assertThat(committed()).containsOnlyKeys(B0);
    }
}
