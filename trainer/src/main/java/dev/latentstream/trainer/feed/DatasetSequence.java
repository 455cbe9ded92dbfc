package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.DatasetPartition;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.dataset.DatasetOrder;
import dev.latentstream.trainer.dataset.DatasetOrder.Block;
import dev.latentstream.trainer.dataset.DatasetRun;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a run on a dataset: those that its ledger has, then those that follow from the seed. Each epoch takes every record once, the
 * blocks of a source in the order of {@link DatasetOrder}, through the shuffle buffer. An epoch begins with a step, which opens the sources
 * at their starts, and its last step may have fewer samples. The position in an epoch follows from the number of records taken, so a run
 * has no further state. Not thread-safe.
 */
final class DatasetSequence implements StepEvents.Source, StepEvents {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final FeedState state;
    private final LatentQueues queues;
    private final RangeReader reader;
    private final Deque<RecordedStep> own;
    private final DatasetRun run;
    private final RemovedImages removed;
    private final FeedLedger ledger;
    private final Topics topics;
    private final Map<String, Cursor> cursors = new TreeMap<>(); // by name of the source
    private @Nullable LedgerRun changed;
    private boolean isLive;
    private long epoch;

    /**
     * The steps after a state.
     *
     * @param own steps that the run's own ledger has
     */
    DatasetSequence(
            FeedState state,
            Topics topics,
            LatentQueues queues,
            RangeReader reader,
            List<RecordedStep> own,
            DatasetRun run,
            RemovedImages removed,
            FeedLedger ledger) {
        this.state = state;
        this.topics = topics;
        this.queues = queues;
        this.reader = reader;
        this.own = new ArrayDeque<>(own);
        this.run = run;
        this.removed = removed;
        this.ledger = ledger;
        changed = run.changed();
        position();
        cursors.values().forEach(Cursor::planRest);
    }

    /** The position in the blocks of one source. */
    private final class Cursor {
        private final DatasetSource source;
        private List<Block> blocks = List.of();
        private int block; // the one that is taken
        private int taken; // records of that block

        private Cursor(DatasetSource source) {
            this.source = source;
        }

        private boolean isAtEnd() {
            return block == blocks.size();
        }

        private TopicPartition partition() {
            return new TopicPartition(source.getTopic(), blocks.get(block).partition());
        }

        private void begin(long number) {
            blocks = DatasetOrder.of(source, run.dataset().getBlock(), state.seed(), number);
            block = 0;
            taken = 0;
        }

        private void advance(long records) {
            long rest = records;
            while (rest > 0) {
                long step = Math.min(rest, blocks.get(block).records() - (long) taken);
                taken += (int) step;
                rest -= step;
                if (taken == blocks.get(block).records()) {
                    block++;
                    taken = 0;
                }
            }
        }

        private void planRest() {
            for (int i = block; i < blocks.size(); i++) {
                Block next = blocks.get(i);
                long start = i == block && taken > 0 ? buffer().next(next.partition()) : next.start();
                reader.plan(
                        new TopicPartition(source.getTopic(), next.partition()),
                        new RangeReader.Range(
                                start, next.end(), "epoch %d of the dataset %s".formatted(epoch, run.name())));
            }
        }

        private SourceBuffer buffer() {
            return state.source(topics.sourceOfLatents(source.getTopic()));
        }

        /** Takes records until the buffer is full or the epoch has no more. Returns false if a record must be waited for. */
        private boolean fill() {
            while (!isAtEnd() && buffer().size() < state.rules().shuffle()) {
                FeedItem item = queues.poll(partition());
                if (item == null && queues.next(partition()) != LatentQueues.Next.END) {
                    return false;
                }
                Block current = blocks.get(block);
                if (item == null
                        || item.position().offset() < current.start()
                        || item.position().offset() >= current.end()) {
                    throw new LostRecordsException(
                            "the dataset %s has %d records in %s from offset %d to %d; the log has others (dataset verify)"
                                    .formatted(
                                            run.name(),
                                            current.records(),
                                            partition(),
                                            current.start(),
                                            current.end() - 1));
                }
                if (taken == 0) {
                    state.moveTo(partition(), current.start());
                }
                if (item instanceof Removed || removed.contains(item.imageId())) {
                    state.withhold(item.position(), item.imageId()); // tombstones apply from the start of the epoch on
                } else {
                    state.take(item);
                }
                advance(1);
            }
            return true;
        }
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public StepEvents next() {
        RecordedStep recorded = own.poll();
        if (recorded != null) {
            if (!recorded.step().getOpened().isEmpty()) {
                beginEpoch();
            }
            return RecordedEvents.of(state, topics, queues, recorded);
        }
        if (!isLive) {
            isLive = true;
            position();
        }
        return this;
    }

    @Override
    public void begin() {
        if (changed != null) {
            state.run(changed);
            changed = null;
        }
        VersionedPolicy<MixturePolicy> inForce = run.mixture().get();
        state.policy(new VersionedPolicy<>(inForce.version(), policy(inForce.policy())));
        List<LatentSample> purged = state.latentsOf(removed::contains);
        int left = state.sources().stream()
                        .mapToInt(name -> state.source(name).size())
                        .sum()
                - purged.size();
        if (left == 0 && cursors.values().stream().allMatch(Cursor::isAtEnd)) {
            if (run.epochs() > 0 && epoch >= run.epochs()) {
                throw new EndOfStepsException("epoch %d of the dataset %s was the last".formatted(epoch, run.name()));
            }
            beginEpoch();
            open();
        }
        purged.forEach(sample -> state.purge(sample.position(), sample.imageId()));
    }

    @Override
    public boolean provide(int sample) throws InterruptedException {
        while (true) {
            long arrivals = queues.arrivals();
            if (cursors.values().stream().allMatch(Cursor::fill)) { // in their order, whatever arrives first
                return state.choose().isPresent();
            }
            queues.awaitBeyond(arrivals, PAUSE);
        }
    }

    @Override
    public boolean stays(int sample, FeedState.Choice choice) {
        return false;
    }

    @Override
    public boolean skips(int sample, String imageId) {
        return removed.contains(imageId);
    }

    @Override
    public CompletableFuture<LedgerPosition> end(LedgerStep step) {
        return ledger.append(step);
    }

    /** Sources are drawn from by their sizes, so that all of them last for the epoch; the rest is as in force. */
    private MixturePolicy policy(MixturePolicy inForce) {
        Map<String, Double> sizes = new HashMap<>();
        run.dataset()
                .getSources()
                .forEach(source -> sizes.put(
                        topics.sourceOfLatents(source.getTopic()),
                        source.getPartitions().stream()
                                .mapToDouble(DatasetPartition::getLatents)
                                .sum()));
        return MixturePolicy.newBuilder(inForce)
                .setSourceWeights(sizes)
                .setDefaultWeight(0)
                .setObjectiveWeights(Map.of())
                .setSchedule(List.of())
                .build();
    }

    /** Finds the position from the records taken so far. */
    private void position() {
        epoch = 0;
        for (DatasetSource source : run.dataset().getSources()) {
            String name = topics.sourceOfLatents(source.getTopic());
            Cursor cursor = new Cursor(source);
            long taken = state.sources().contains(name) ? state.source(name).recordsTaken() : 0;
            if (taken > 0) {
                long records = DatasetOrder.records(source);
                epoch = (taken - 1) / records + 1;
                cursor.begin(epoch);
                cursor.advance((taken - 1) % records + 1);
            }
            cursors.put(name, cursor);
        }
    }

    private void beginEpoch() {
        epoch++;
        for (Cursor cursor : cursors.values()) {
            cursor.begin(epoch);
            cursor.planRest();
        }
    }

    private void open() {
        for (Cursor cursor : cursors.values()) {
            List<Long> starts = new ArrayList<>();
            cursor.source.getPartitions().forEach(partition -> starts.add(partition.getStart()));
            state.open(new LedgerSource(cursor.source.getTopic(), cursor.source.getTopicId(), starts, 0L));
        }
        for (Cursor cursor : cursors.values()) {
            cursor.source
                    .getTombstones()
                    .forEach(tombstone -> state.remove(new Removed(
                            new RecordPosition(
                                    cursor.source.getTopic(), tombstone.getPartition(), tombstone.getOffset()),
                            tombstone.getImage())));
        }
    }
}
