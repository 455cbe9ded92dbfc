package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.GroupOffsets;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // CompletableFuture.join ignores interrupts
class LatentFeedTest {
    private final MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none");
    private final Meters meters = new Meters();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final LatentFeed feed = feed();

    @AfterEach
    void close() {
        feed.close();
        meters.close();
    }

    @Test
    void stoppingEndsTheComparisonOfARunWithTheLog() throws InterruptedException {
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(1, new FeedRules(8, WhenDry.WAIT, 8, 3)));
        FutureTask<List<RecordedStep>> resuming =
                new FutureTask<>(() -> feed.start(new FeedResume(start, List.of(), false), Fixtures.policy()));
        Threads.daemon("resuming", resuming).start();
        asked.await();

        feed.stop();

        assertThatThrownBy(resuming::get).hasRootCauseMessage("the feed was closed");
        answers.countDown();
    }

    @Test
    void stoppingEndsTheWaitForTheFirstLatent() {
        answers.countDown();
        feed.start();

        feed.stop();

        assertThatThrownBy(feed::awaitFormat).hasMessage("latents are no longer read: the feed was closed");
    }

    private LatentFeed feed() {
        LatentQueues queues = new LatentQueues(10);
        LatentValidator validator = new LatentValidator(Fixtures.deserializer(), null);
        Topics topics = new Topics("");
        FeedSettings settings = Fixtures.feed(WhenDry.WAIT, 8, 3);
        GroupOffsets group = new GroupOffsets((offsets, metadata) -> CompletableFuture.completedFuture(null));
        LatentReader.Clients clients = new LatentReader.Clients(consumer, () -> 0, new SilentDirectory(), group);
        LatentReader reader =
                new LatentReader("trainer", clients, topics, validator, queues, settings, meters, Clock.systemUTC());
        return new LatentFeed(reader, validator, queues, topics, meters);
    }

    /** A cluster that does not answer until a test says so. */
    private final class SilentDirectory implements TopicDirectory {
        @Override
        public Map<String, LatentTopic> topics() {
            asked.countDown();
            try {
                answers.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
