package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.LatentQueues.News;
import dev.latentstream.trainer.feed.LatentQueues.Next;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of the steps that are drawn now: the policy in force, the images that are removed, the topics that are found,
 * the records that have arrived.
 *
 * <p>A source is dry if its partitions end, which is a fact about the log as of a fetch. Until a fetch has told, the record is waited for:
 * on a log that does not grow, the events are always the same ones. Not thread-safe.
 */
final class LiveEvents implements StepEvents {
    private static final Logger LOG = LoggerFactory.getLogger(LiveEvents.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration END_AFTER = Duration.ofSeconds(1);
    private static final Duration WARN_AFTER = Duration.ofSeconds(10);

    private final FeedState state;
    private final LatentQueues queues;
    private final RemovedImages removed;
    private final Supplier<VersionedPolicy<MixturePolicy>> mixture;
    private final FeedLedger ledger;
    private @Nullable LedgerRun changed;
    private long removalsSeen = -1; // number of changes that the buffers have followed

    /** @param changed facts of the run, if its next step is the first one under them */
    LiveEvents(
            FeedState state,
            LatentQueues queues,
            RemovedImages removed,
            Supplier<VersionedPolicy<MixturePolicy>> mixture,
            FeedLedger ledger,
            @Nullable LedgerRun changed) {
        this.state = state;
        this.queues = queues;
        this.removed = removed;
        this.mixture = mixture;
        this.ledger = ledger;
        this.changed = changed;
    }

    /** Returns the steps of a run: those that its ledger has, then live ones. */
    StepEvents.Source after(List<RecordedStep> recorded, Topics topics) {
        Deque<RecordedStep> rest = new ArrayDeque<>(recorded);
        return () -> rest.isEmpty() ? this : RecordedEvents.of(state, topics, queues, rest.remove());
    }

    @Override
    public void begin() {
        if (changed != null) {
            state.run(changed);
            changed = null;
        }
        followNews();
    }

    /** A step that waits for a sample, while what would end the wait applies from the next step on, ends with fewer samples. */
    @Override
    public boolean provide(int sample) throws InterruptedException {
        long start = System.nanoTime();
        boolean warned = false;
        while (true) {
            long arrivals = queues.arrivals();
            if (sample == 0) {
                followNews(); // nothing is drawn yet under the policy that this step began with
            }
            if (isProvided()) {
                return true;
            }
            queues.awaitBeyond(arrivals, PAUSE);
            if (sample > 0 && System.nanoTime() - start > END_AFTER.toNanos() && hasNews()) {
                return false;
            }
            if (!warned && System.nanoTime() - start > WARN_AFTER.toNanos()) {
                warned = true;
                warnOfShortage();
            }
        }
    }

    @Override
    public boolean stays(int sample, FeedState.Choice choice) throws InterruptedException {
        if (state.rules().whenDry() != WhenDry.REPEAT) {
            return false;
        }
        while (true) {
            long arrivals = queues.arrivals();
            Optional<TopicPartition> next = next(state.source(choice.source()));
            if (next.isEmpty()) {
                return true;
            }
            if (queues.next(next.get()) == Next.ARRIVED) {
                return false;
            }
            queues.awaitBeyond(
                    arrivals, PAUSE); // it may have ended by now, but another partition of the source may not
        }
    }

    @Override
    public boolean skips(int sample, String imageId) {
        return removed.contains(imageId);
    }

    @Override
    public CompletableFuture<LedgerPosition> end(LedgerStep step) {
        return ledger.append(step);
    }

    private boolean hasNews() {
        return queues.hasNews() || !mixture.get().policy().equals(state.policy().policy());
    }

    private void followNews() {
        state.policy(mixture.get());
        News news = queues.news();
        news.left().forEach(this::leave);
        news.opened().forEach(state::open);
        if (!state.hasChangedBuffers()) {
            queues.tombstones().forEach(state::remove);
            followRemovals();
        }
        queues.want(state.shares().keySet().stream()
                .map(source -> state.source(source).topic())
                .toList());
    }

    /** Drops what the buffers have of removed images. */
    private void followRemovals() {
        long changes = removed.changes();
        if (changes == removalsSeen) {
            return;
        }
        List<LatentSample> purged = state.latentsOf(removed::contains);
        purged.forEach(sample -> state.purge(sample.position(), sample.imageId()));
        if (!purged.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("step", state.step())
                    .addKeyValue("images", purged.size())
                    .log("latents of removed images have left the shuffle buffers");
        }
        removalsSeen = changes;
    }

    private void leave(String topic) {
        state.leave(topic);
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("whenDry", state.rules().whenDry())
                .log("the topic was deleted: its source is dry until it is recreated, or until its weight is 0");
    }

    /** Returns whether the next sample can be drawn, after taking what has arrived. */
    private boolean isProvided() {
        Optional<String> drawn = state.drawnSource();
        if (drawn.isEmpty() || !fill(state.source(drawn.get()))) {
            return false;
        }
        if (state.isReady(drawn.get()) || state.rules().whenDry() == WhenDry.WAIT) {
            return state.isReady(drawn.get());
        }
        boolean known = state.shares().keySet().stream()
                .map(source -> fill(state.source(source)))
                .reduce(true, Boolean::logicalAnd);
        return known && state.choose().isPresent();
    }

    /** Takes records until the buffer is full or the log ends. Returns false if a fetch must tell whether there are more. */
    private boolean fill(SourceBuffer source) {
        while (source.size() < state.rules().shuffle()) {
            Optional<TopicPartition> next = next(source);
            if (next.isEmpty()) {
                return true;
            }
            FeedItem item = queues.poll(next.get());
            if (item == null) {
                return false;
            }
            if (item instanceof Accepted accepted
                    && removed.contains(accepted.sample().imageId())) {
                state.withhold(item.position(), accepted.sample().imageId());
            } else {
                state.take(item);
            }
        }
        return true;
    }

    /** Returns the partition of the next record; empty if the log ends. Under {@code wait} the seeded partition is waited for. */
    private Optional<TopicPartition> next(SourceBuffer source) {
        int candidates = state.rules().whenDry() == WhenDry.WAIT ? 1 : source.partitions();
        for (int i = 0; i < candidates; i++) {
            TopicPartition partition = source.partition(i);
            if (queues.next(partition) != Next.END) {
                return Optional.of(partition);
            }
        }
        return Optional.empty();
    }

    private void warnOfShortage() {
        SortedMap<String, Optional<String>> shortages = new TreeMap<>();
        for (String source : state.sources()) {
            shortages.put(
                    source,
                    state.isReady(source)
                            ? Optional.empty()
                            : Optional.of("%d of %d"
                                    .formatted(
                                            state.source(source).size(),
                                            state.rules().required())));
        }
        LOG.atWarn().log(Shortage.describe(state.policyNow(), shortages));
    }
}
