package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LiveEventsTest {
    private static final String TOPIC = "latents-a";

    private final VersionedPolicy<MixturePolicy> mixture = new VersionedPolicy<>(0, Fixtures.policy());
    private final FeedState state = new FeedState(
            new Topics(""),
            new FeedSnapshot(
                    0,
                    0,
                    Fixtures.facts(1, FeedRules.of(8, Fixtures.feed(WhenDry.REPEAT, 40, 1))),
                    mixture,
                    List.of(new SourceState(
                            TOPIC, "id", 0, new TreeMap<>(Map.of(0, 0L, 1, 0L)), List.of(), List.of()))));
    private final LatentQueues queues = new LatentQueues(10);
    private final LiveEvents events = new LiveEvents(
            state,
            queues,
            new RemovedImages(),
            () -> mixture,
            step -> CompletableFuture.completedFuture(new LedgerPosition("", 0, 0)),
            null);

    /** At any moment, also between two looks of the feed. */
    @Test
    void aSourceIsNotDryWhenOneOfItsPartitionsEndsBeforeAnother() throws InterruptedException {
        TopicPartition ending = state.source("a").partition(0);
        TopicPartition other = new TopicPartition(TOPIC, 1 - ending.partition());
        queues.open(TOPIC, 2);
        queues.put(new Accepted(Fixtures.sample(other, 0)));
        AtomicBoolean isOver = new AtomicBoolean();
        Thread fetches = Threads.daemon("fetches", () -> {
            for (boolean end = true; !isOver.get(); end = !end) {
                queues.atEnd(ending, end);
            }
        });
        fetches.start();

        int repeated = 0;
        for (int i = 0; i < 500_000; i++) {
            repeated += events.stays(0, new FeedState.Choice("a", "a")) ? 1 : 0;
        }
        isOver.set(true);
        fetches.join();

        assertThat(repeated).isZero();
    }

    @Test
    void aSourceIsDryOnceAllOfItsPartitionsHaveEnded() throws InterruptedException {
        queues.open(TOPIC, 2);
        queues.atEnd(new TopicPartition(TOPIC, 0), true);
        queues.atEnd(new TopicPartition(TOPIC, 1), true);

        assertThat(events.stays(0, new FeedState.Choice("a", "a"))).isTrue();
    }
}
