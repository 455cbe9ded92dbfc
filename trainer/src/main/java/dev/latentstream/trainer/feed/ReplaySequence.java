package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.RecordedStep;
import dev.latentstream.trainer.ledger.Replay;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a run that replays another one: first those that its own ledger has, then those of the other run, each of which is put into
 * its own ledger before its batch is returned. The latents of the steps to come are read meanwhile. Not thread-safe.
 */
final class ReplaySequence implements StepEvents.Source {
    private static final int STEPS_AHEAD = 64; // far more latents than are read ahead of a buffer

    private final FeedState state;
    private final Topics topics;
    private final LatentQueues queues;
    private final RangeReader reader;
    private final Deque<RecordedStep> own;
    private final RemovedImages removed;
    private final Replay replay;
    private final FeedLedger ledger;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private @Nullable LedgerRun changed;

    /** A step whose latents are being read. */
    private record Ahead(LedgerStep step, @Nullable RecordedStep own) {}

    /**
     * The steps after a state.
     *
     * @param own steps that the run's own ledger has
     * @param removed images that are left out of the other run's steps
     * @param ledger the run's own ledger
     */
    ReplaySequence(
            FeedState state,
            Topics topics,
            LatentQueues queues,
            RangeReader reader,
            List<RecordedStep> own,
            RemovedImages removed,
            Replay replay,
            FeedLedger ledger) {
        this.state = state;
        this.topics = topics;
        this.queues = queues;
        this.reader = reader;
        this.own = new ArrayDeque<>(own);
        this.removed = removed;
        this.replay = replay;
        this.ledger = ledger;
        changed = replay.changed();
        replay.ledger().rewind(state.step() + own.size() + 1);
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public StepEvents next() {
        while (ahead.size() < STEPS_AHEAD && readAhead()) {}
        Ahead next = ahead.poll();
        if (next == null) {
            throw new EndOfStepsException("the ledger of the run %s ended at step %d when it was opened"
                    .formatted(replay.ledger().run(), replay.ledger().lastStep()));
        }
        if (next.own() != null) {
            return RecordedEvents.of(state, topics, queues, next.own());
        }
        LedgerRun run = next.step().getRun().map(replay.facts()).orElse(changed);
        changed = null;
        return new RecordedEvents(state, topics, queues, next.step(), run, removed::contains, ledger);
    }

    private boolean readAhead() {
        RecordedStep repeated = own.poll();
        Optional<LedgerStep> step = repeated == null ? replay.ledger().next() : Optional.of(repeated.step());
        step.ifPresent(known -> {
            plan(known);
            ahead.add(new Ahead(known, repeated));
        });
        return step.isPresent();
    }

    private void plan(LedgerStep step) {
        String owner = "step %d of the run %s"
                .formatted(step.getStep(), replay.ledger().run());
        for (LedgerTake take : step.getTaken()) {
            reader.plan(
                    new TopicPartition(step.getTopics().get(take.getTopic()), take.getPartition()),
                    new RangeReader.Range(take.getStart(), take.getEnd(), owner));
        }
    }
}
