package dev.latentstream.trainer.feed;

import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.ledger.FeedLedger;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Latent topics in memory, and the ledger of a run that reads them. */
public final class InMemoryLog implements FeedLedger {
    private final Map<String, List<List<FeedItem>>> topics = new TreeMap<>();
    private final List<RecordedStep> ledger = new ArrayList<>();
    private final RemovedImages removed = new RemovedImages();
    private LongConsumer appended = step -> {};

    /** Adds a topic, whose partitions have unequal numbers of latents. */
    public InMemoryLog topic(String topic, int partitions, int latents) {
        topics.computeIfAbsent(topic, name -> new ArrayList<>());
        for (int i = 0; i < partitions; i++) {
            log(topic).add(new ArrayList<>());
            append(new TopicPartition(topic, i), latents - i * latents / (2 * partitions));
        }
        return this;
    }

    /** Appends latents to a partition. */
    void append(TopicPartition at, int latents) {
        List<FeedItem> items = items(at);
        for (int i = 0; i < latents; i++) {
            items.add(new Accepted(Fixtures.sample(at, items.size())));
        }
    }

    void tombstone(TopicPartition at, String imageId) {
        items(at)
                .add(new Removed(
                        new RecordPosition(at.topic(), at.partition(), items(at).size()), imageId));
    }

    void replace(RecordPosition at, String imageId) {
        LatentSample sample = Fixtures.sample(at.topicPartition(), at.offset());
        items(at.topicPartition()).set((int) at.offset(), new Accepted(new LatentSample(at, imageId, sample.latent())));
    }

    /** Returns the images that are removed at present. */
    RemovedImages removed() {
        return removed;
    }

    /** Returns the topics as a reader of ranges knows them. */
    FixedTopics fixedTopics() {
        return new FixedTopics(
                new TopicDirectory() {
                    @Override
                    public Map<String, LatentTopic> topics() {
                        return Map.of();
                    }

                    @Override
                    public void close() {}
                },
                () -> 0);
    }

    void forget(String topic) {
        topics.remove(topic);
    }

    /** Lets everything of a topic arrive. */
    void putAll(String topic, LatentQueues queues) {
        for (int i = 0; i < log(topic).size(); i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            items(partition).forEach(queues::put);
            queues.atEnd(partition, true);
        }
    }

    List<FeedItem> items(TopicPartition at) {
        return log(at.topic()).get(at.partition());
    }

    /** Returns the steps in the ledger. */
    public List<LedgerStep> steps() {
        return ledger.stream().map(RecordedStep::step).toList();
    }

    /** Returns the steps in the ledger after a step. */
    public List<RecordedStep> recordedAfter(long step) {
        return ledger.stream()
                .filter(recorded -> recorded.step().getStep() > step)
                .toList();
    }

    /** Forgets what was written to the ledger after a step. */
    public void cutLedger(long step) {
        ledger.removeIf(recorded -> recorded.step().getStep() > step);
    }

    /** Sets what happens once the ledger has a step, before the caller continues. */
    public void afterAppend(LongConsumer action) {
        appended = action;
    }

    @Override
    public CompletableFuture<LedgerPosition> append(LedgerStep step) {
        RecordedStep recorded = new RecordedStep(step, new LedgerPosition("ledger", 0, ledger.size() + 1L));
        ledger.add(recorded);
        appended.accept(step.getStep());
        return CompletableFuture.completedFuture(recorded.after());
    }

    /** Returns queues at which everything from the positions of a state on has arrived. */
    LatentQueues arrived(FeedSnapshot from) {
        LatentQueues queues = opened(from);
        unread(from).forEach(queues::put);
        partitions().forEach(partition -> queues.atEnd(partition, true));
        return queues;
    }

    /** Returns queues at which everything arrives in an order of its own while samples are drawn. */
    LatentQueues arriving(FeedSnapshot from, long seed) {
        LatentQueues queues = opened(from);
        List<TopicPartition> order = new ArrayList<>();
        List<FeedItem> unread = unread(from);
        unread.forEach(item -> order.add(item.position().topicPartition()));
        Collections.shuffle(order, new Random(seed));
        Map<TopicPartition, List<FeedItem>> rest = new java.util.HashMap<>();
        unread.forEach(item -> rest.computeIfAbsent(item.position().topicPartition(), p -> new ArrayList<>())
                .add(item));
        Threads.daemon("arrivals", () -> {
                    for (TopicPartition partition : order) {
                        queues.put(rest.getOrDefault(partition, List.of()).remove(0));
                    }
                    partitions().forEach(partition -> queues.atEnd(partition, true));
                })
                .start();
        return queues;
    }

    /** Returns the state of a new run. */
    static FeedSnapshot start(LedgerRun facts) {
        return new FeedSnapshot(0, 0, facts, new VersionedPolicy<>(0, Fixtures.policy()), List.of());
    }

    /** Returns an assembler that reads this log. */
    BatchAssembler assembler(
            FeedSnapshot from,
            List<RecordedStep> recorded,
            LatentQueues queues,
            Supplier<VersionedPolicy<MixturePolicy>> mixture,
            @Nullable LedgerRun changed,
            Meters meters) {
        FeedState state = new FeedState(new Topics(""), from);
        return new BatchAssembler(
                state,
                Fixtures.FORMAT,
                new Topics(""),
                new Fixtures.FakeEncoder(),
                new LiveEvents(state, queues, removed, mixture, this, changed).after(recorded, new Topics("")),
                meters);
    }

    /** Returns an assembler of a run that continues from a state, after the steps that the ledger has. */
    public BatchAssembler assembler(
            FeedSnapshot from, TextEncoder encoder, Supplier<VersionedPolicy<MixturePolicy>> mixture, Meters meters) {
        LatentQueues queues = arrived(from);
        FeedState state = new FeedState(new Topics(""), from);
        return new BatchAssembler(
                state,
                Fixtures.FORMAT,
                new Topics(""),
                encoder,
                new LiveEvents(
                                state,
                                queues,
                                removed,
                                mixture,
                                this,
                                from.step() == 0 && ledger.isEmpty() ? from.run() : null)
                        .after(recordedAfter(from.step()), new Topics("")),
                meters);
    }

    private LatentQueues opened(FeedSnapshot from) {
        LatentQueues queues = new LatentQueues(1_000_000);
        topics.forEach((topic, partitions) -> {
            if (from.sources().stream().anyMatch(source -> source.topic().equals(topic))
                    || ledger.stream().anyMatch(r -> isOpenedAfter(from, r.step(), topic))) {
                queues.open(topic, partitions.size());
            } else {
                queues.open(new LedgerSource(
                        topic, "id-" + topic, new ArrayList<>(Collections.nCopies(partitions.size(), 0L)), 0L));
            }
        });
        return queues;
    }

    private static boolean isOpenedAfter(FeedSnapshot from, LedgerStep step, String topic) {
        return step.getStep() > from.step()
                && step.getOpened().stream()
                        .anyMatch(source -> source.getTopic().equals(topic));
    }

    private List<FeedItem> unread(FeedSnapshot from) {
        Map<TopicPartition, Long> next = SourceState.next(from.sources());
        List<FeedItem> unread = new ArrayList<>();
        for (TopicPartition partition : partitions()) {
            for (FeedItem item : items(partition)) {
                if (item.position().offset() >= next.getOrDefault(partition, 0L)) {
                    unread.add(item);
                }
            }
        }
        return unread;
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> all = new ArrayList<>();
        topics.forEach((topic, partitions) -> {
            for (int i = 0; i < partitions.size(); i++) {
                all.add(new TopicPartition(topic, i));
            }
        });
        return all;
    }

    private List<List<FeedItem>> log(String topic) {
        return topics.computeIfAbsent(topic, name -> new ArrayList<>());
    }
}
