package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRemoval;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The events of a step that the ledger has. The records taken are waited for, by their offsets; nothing else is looked at. */
final class RecordedEvents implements StepEvents {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final FeedState state;
    private final Topics topics;
    private final LatentQueues queues;
    private final LedgerStep step;
    private final Set<RecordPosition> withheld;
    private final Predicate<String> removed;
    private final FeedLedger ledger;
    private final @Nullable LedgerRun run;

    /**
     * The events of a step.
     *
     * @param run facts of the run that are new at the step; null for none
     * @param removed images that are not trained although they were drawn
     * @param ledger gets the step once it was compared with the recorded one
     */
    RecordedEvents(
            FeedState state,
            Topics topics,
            LatentQueues queues,
            LedgerStep step,
            @Nullable LedgerRun run,
            Predicate<String> removed,
            FeedLedger ledger) {
        this.state = state;
        this.topics = topics;
        this.queues = queues;
        this.step = step;
        this.run = run;
        this.removed = removed;
        this.ledger = ledger;
        withheld = step.getWithheld().stream().map(this::position).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the events of a step that the ledger of this run has, which is repeated as it was. */
    static RecordedEvents of(FeedState state, Topics topics, LatentQueues queues, RecordedStep recorded) {
        LedgerStep step = recorded.step();
        return new RecordedEvents(
                state,
                topics,
                queues,
                step,
                step.getRun().orElse(null),
                image -> false,
                again -> CompletableFuture.completedFuture(recorded.after()));
    }

    @Override
    public void begin() {
        if (run != null) {
            state.run(run);
        }
        state.policy(new VersionedPolicy<>(
                step.getMixturePolicy(), step.getMixture().orElse(state.policy().policy())));
        step.getLeft().forEach(state::leave);
        step.getOpened().forEach(state::open);
        step.getRemoved().forEach(removal -> state.remove(new Removed(position(removal), removal.getImage())));
        step.getPurged().forEach(purged -> state.purge(position(purged), purged.getImage()));
        Set<String> wanted = new HashSet<>();
        step.getTaken().forEach(take -> wanted.add(topic(take.getTopic())));
        state.shares()
                .keySet()
                .forEach(source -> wanted.add(state.source(source).topic()));
        queues.want(wanted);
    }

    @Override
    public boolean provide(int sample) throws InterruptedException {
        for (LedgerTake take : step.getTaken()) {
            if (take.getBefore() == sample) {
                take(take);
            }
        }
        return sample < step.getSamples().size();
    }

    @Override
    public boolean stays(int sample, FeedState.Choice choice) {
        return sample < step.getSamples().size()
                && step.getSamples().get(sample).getStays();
    }

    @Override
    public boolean skips(int sample, String imageId) {
        return step.getSkipped().contains(sample) || removed.test(imageId);
    }

    @Override
    public CompletableFuture<LedgerPosition> end(LedgerStep again) {
        if (!again.getTopics().equals(step.getTopics())
                || !again.getTaken().equals(step.getTaken())
                || !again.getWithheld().equals(step.getWithheld())
                || !again.getSamples().equals(step.getSamples())) {
            throw new LostRecordsException(difference(again));
        }
        return ledger.append(again);
    }

    private void take(LedgerTake take) throws InterruptedException {
        String topic = topic(take.getTopic());
        TopicPartition partition = new TopicPartition(topic, take.getPartition());
        SourceBuffer source = state.source(topics.sourceOfLatents(topic));
        source.moveTo(take.getPartition(), take.getStart());
        while (source.next(take.getPartition()) < take.getEnd()) {
            long arrivals = queues.arrivals();
            FeedItem item = queues.peek(partition);
            if (item != null && item.position().offset() < take.getEnd()) {
                queues.poll(partition);
                if (withheld.contains(item.position())) {
                    state.withhold(item.position(), item.imageId());
                } else {
                    state.take(item);
                }
            } else if (item != null || queues.next(partition) == LatentQueues.Next.END) {
                throw new LostRecordsException("step %d took %s up to offset %d, which the log no longer has"
                        .formatted(step.getStep(), partition, take.getEnd() - 1));
            } else {
                queues.awaitBeyond(arrivals, PAUSE);
            }
        }
    }

    private String difference(LedgerStep again) {
        List<LedgerSample> expected = step.getSamples();
        List<LedgerSample> found = again.getSamples();
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
            if (!describe(step, expected.get(i)).equals(describe(again, found.get(i)))) {
                return "step %d, sample %d: the ledger has %s, the log gives %s; the run cannot be repeated from this log"
                        .formatted(step.getStep(), i, describe(step, expected.get(i)), describe(again, found.get(i)));
            }
        }
        return "step %d: the log gives other records than the ledger has; the run cannot be repeated from this log"
                .formatted(step.getStep());
    }

    private static String describe(LedgerStep step, LedgerSample sample) {
        return "image %s, caption %d, of %s-%d at offset %d"
                .formatted(
                        sample.getImage(),
                        sample.getCaption(),
                        step.getTopics().get(sample.getTopic()),
                        sample.getPartition(),
                        sample.getOffset());
    }

    private RecordPosition position(LedgerRemoval removal) {
        return new RecordPosition(topic(removal.getTopic()), removal.getPartition(), removal.getOffset());
    }

    private String topic(int index) {
        return step.getTopics().get(index);
    }
}
