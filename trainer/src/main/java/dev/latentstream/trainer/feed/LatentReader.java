package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings.StartAt;
import dev.latentstream.trainer.ledger.GroupOffsets;
import dev.latentstream.trainer.ledger.GroupOffsets.Topic;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the latent topics into the queues. Its partitions are assigned, not subscribed, so that only the run decides where it reads; those
 * of topics that no sample is drawn from are not fetched. New topics are added while it runs.
 *
 * <p>Not thread-safe, except for {@link #trained} and {@link #wakeup}.
 */
final class LatentReader implements LatentFeed.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(LatentReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Of a poll beside full queues, which may have room again at any moment. */
    private static final Duration SHORT_POLL = Duration.ofMillis(5);

    private final Consumer<byte[], ByteBuffer> consumer;
    private final LongSupplier metadataUpdates;
    private final TopicDirectory directory;
    private final GroupOffsets group;
    private final Topics topics;
    private final LatentValidator validator;
    private final LatentQueues queues;
    private final FeedSettings settings;
    private final Meters meters;
    private final Meters.Binding binding;
    private final Clock clock;
    private final Map<String, LatentTopic> known = new TreeMap<>();
    private final Set<String> missing = new TreeSet<>(); // at the last search
    private final Map<TopicPartition, Long> read = new HashMap<>();
    private StartAt startAt; // of the topics that are discovered next
    private long discoveredAt = Long.MIN_VALUE;
    private long committedAt = Long.MIN_VALUE;
    private long updatesSeen = -1; // of the consumer's metadata, before the last search
    private final RefusedLatents refused;

    /** @param clients the consumer and the directory are closed with this reader */
    LatentReader(
            String stage,
            Clients clients,
            Topics topics,
            LatentValidator validator,
            LatentQueues queues,
            FeedSettings settings,
            Meters meters,
            Clock clock) {
        this.consumer = clients.consumer();
        this.metadataUpdates = clients.metadataUpdates();
        this.directory = clients.directory();
        this.group = clients.group();
        this.topics = topics;
        this.validator = validator;
        this.queues = queues;
        this.settings = settings;
        this.meters = meters;
        binding = meters.bind(consumer);
        this.clock = clock;
        refused = new RefusedLatents(
                stage, topics, meters, settings.refusalsInARow(), () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
        startAt = settings.startAt();
    }

    /**
     * A reader's access to a cluster.
     *
     * @param metadataUpdates number of times that the consumer has learned of the topics, and may have learned of one that was recreated
     */
    record Clients(
            Consumer<byte[], ByteBuffer> consumer,
            LongSupplier metadataUpdates,
            TopicDirectory directory,
            GroupOffsets group) {}

    /**
     * Resumes a run.
     *
     * @param weighted topics that samples are drawn from at present
     * @return the recorded steps that can be repeated: all, unless lost records are skipped that they took
     * @throws LostRecordsException if the log no longer has what the run needs
     */
    @Override
    public List<RecordedStep> resume(FeedResume resume, Collection<String> weighted) {
        Map<String, LatentTopic> exist = directory.topics();
        LogPositions.Found found = new LogPositions(resume, exist, weighted).check(consumer);
        queues.want(found.needed()); // until the assembler says more
        found.known().forEach((topic, next) -> {
            known.put(topic, Objects.requireNonNull(exist.get(topic)));
            queues.open(topic, next.size());
            open(topic, next);
        });
        found.left().forEach((topic, next) -> {
            queues.open(topic, next.size());
            queues.leave(topic);
        });
        found.moved().forEach(source -> {
            LOG.atWarn()
                    .addKeyValue("topic", source.getTopic())
                    .addKeyValue("lost", source.getLost())
                    .log("{} unread records are lost and skipped", source.getLost());
            queues.open(source);
        });
        int repeated = found.recorded().size();
        if (repeated < resume.recorded().size()) {
            LOG.atWarn()
                    .addKeyValue("step", resume.snapshot().step())
                    .log(
                            "{} steps after the checkpoint are not repeated: records that they took are lost",
                            resume.recorded().size() - repeated);
        }
        startAt = StartAt.EARLIEST; // topics that the checkpoint does not name appeared after it
        group.resume(
                resume.snapshot().step() + repeated,
                found.reached(),
                consumer.committed(known.values().stream()
                        .flatMap(LatentTopic::topicPartitions)
                        .collect(Collectors.toSet())));
        return found.recorded();
    }

    /** Discovers new topics if due, polls once, and commits the trained position if due. */
    @Override
    public void step() throws InterruptedException {
        long now = clock.millis();
        if (due(discoveredAt, settings.discoverEvery(), now)) {
            discoveredAt = now;
            boolean unused = discover();
        }
        assign();
        if (!consumer.assignment().isEmpty()) {
            long changes = queues.changes();
            if (pauseFullPartitions()) {
                poll(consumer.paused().isEmpty() ? POLL : SHORT_POLL);
            } else {
                queues.awaitChange(changes, POLL);
            }
        }
        if (due(committedAt, settings.commitEvery(), now)) {
            committedAt = now;
            commitOfPresent();
        }
    }

    /** Returns whether any partition is assigned. */
    @Override
    public boolean isAssigned() {
        return !consumer.assignment().isEmpty();
    }

    /** Sets the position that training has reached; from any thread. */
    @Override
    public void trained(long step, Collection<SourceState> states) {
        group.trained(step, SourceState.positions(states));
    }

    /** Ends a poll with a {@link org.apache.kafka.common.errors.WakeupException}; from any thread. */
    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        group.await();
        Map<String, LatentTopic> found = new TreeMap<>(known);
        found.keySet().removeAll(missing);
        commit(found);
        group.await();
        binding.close();
        consumer.close();
        directory.close();
    }

    /** Returns whether the cluster says which topics exist. */
    private boolean discover() {
        long updates = metadataUpdates.getAsLong();
        try {
            Map<String, LatentTopic> found = directory.topics();
            List<LatentTopic> added = new ArrayList<>();
            found.forEach((name, topic) -> {
                LatentTopic first = known.get(name);
                if (first == null) {
                    added.add(topic); // also one that was gone
                } else if (!first.id().equals(topic.id())) {
                    leave(name);
                    added.add(topic);
                } else {
                    requireSamePartitions(first, topic);
                }
            });
            if (!added.isEmpty()) {
                add(added);
            }
            startAt = StartAt.EARLIEST; // topics that are found later appeared during the run
            leaveAbsent(found.keySet());
            updatesSeen = updates;
            return true;
        } catch (RetriableException unreachable) {
            LOG.atWarn().log("topics cannot be listed at present: {}", FailureWords.describe(unreachable));
            return false;
        }
    }

    private void requireSamePartitions(LatentTopic first, LatentTopic topic) {
        List<Long> next =
                first.topicPartitions().map(p -> read.getOrDefault(p, 0L)).toList();
        String difference = LogPositions.difference(topic, first.id(), next);
        if (difference != null && queues.isWanted(topic.name())) {
            throw new LostRecordsException(difference + "; a new run reads what is there");
        }
    }

    private void add(List<LatentTopic> added) {
        List<TopicPartition> partitions =
                added.stream().flatMap(LatentTopic::topicPartitions).toList();
        Map<TopicPartition, Long> starts =
                switch (startAt) {
                    case EARLIEST -> consumer.beginningOffsets(partitions);
                    case LATEST -> consumer.endOffsets(partitions);
                };
        for (LatentTopic topic : added) {
            List<Long> next = topic.topicPartitions()
                    .map(partition -> starts.getOrDefault(partition, 0L))
                    .toList();
            known.put(topic.name(), topic);
            open(topic.name(), next);
            group.start(new Topic(topic.name(), topic.id()), next);
            queues.open(new LedgerSource(topic.name(), topic.id(), new ArrayList<>(next), 0L));
        }
        LOG.atInfo()
                .addKeyValue("topics", added.stream().map(LatentTopic::name).toList())
                .addKeyValue("partitions", partitions.size())
                .addKeyValue("start", startAt)
                .log("reading new latents");
    }

    /** Gives up topics that two searches in a row did not find: a broker that has just started may not know them yet. */
    private void leaveAbsent(Set<String> found) {
        Set<String> absent = new TreeSet<>(known.keySet());
        absent.removeAll(found);
        absent.stream().filter(missing::contains).forEach(this::leave);
        missing.clear();
        missing.addAll(absent);
    }

    /** Drops what is unread of a topic that was deleted; one that is recreated is another topic, which is read from its beginning. */
    private void leave(String topic) {
        known.remove(topic);
        queues.leave(topic);
        consumer.assign(consumer.assignment().stream()
                .filter(partition -> !partition.topic().equals(topic))
                .toList());
    }

    private void open(String topic, List<Long> next) {
        for (int i = 0; i < next.size(); i++) {
            read.put(new TopicPartition(topic, i), next.get(i));
        }
    }

    /** A partition that is assigned again knows nothing of the log's end until it was fetched from, as it should. */
    private void assign() {
        Set<TopicPartition> wanted = known.values().stream()
                .filter(topic -> queues.isWanted(topic.name()))
                .flatMap(LatentTopic::topicPartitions)
                .collect(Collectors.toSet());
        Set<TopicPartition> before = Set.copyOf(consumer.assignment());
        if (wanted.equals(before)) {
            return;
        }
        consumer.assign(wanted);
        for (TopicPartition partition : wanted) {
            if (!before.contains(partition)) {
                queues.atEnd(partition, false);
                consumer.seek(partition, read.getOrDefault(partition, 0L));
            }
        }
    }

    /** Returns whether any partition has room. */
    private boolean pauseFullPartitions() {
        List<TopicPartition> full = new ArrayList<>();
        List<TopicPartition> withRoom = new ArrayList<>();
        consumer.assignment().forEach(p -> (queues.hasRoom(p) ? withRoom : full).add(p));
        consumer.pause(full);
        consumer.resume(withRoom);
        return !withRoom.isEmpty();
    }

    private void poll(Duration timeout) {
        try {
            ConsumerRecords<byte[], ByteBuffer> records = consumer.poll(timeout);
            if (records.isEmpty() || updatesSeen == metadataUpdates.getAsLong() || discover()) {
                records.partitions().stream()
                        .filter(consumer.assignment()::contains) // not those of a topic that was recreated
                        .forEach(partition -> take(partition, records.records(partition)));
            } else {
                records.partitions().forEach(partition -> consumer.seek(partition, read.getOrDefault(partition, 0L)));
            }
        } catch (OffsetOutOfRangeException deleted) {
            boolean unused = discover(); // a topic that was recreated is another one
            Map<TopicPartition, Long> lost = new HashMap<>(deleted.offsetOutOfRangePartitions());
            lost.keySet().retainAll(consumer.assignment());
            if (!lost.isEmpty()) {
                throw LogPositions.lost(lost, consumer.beginningOffsets(lost.keySet()));
            }
        }
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            queues.atEnd(partition, lag.isPresent() && lag.getAsLong() <= 0);
        }
    }

    private void take(TopicPartition partition, List<ConsumerRecord<byte[], ByteBuffer>> records) {
        String source = topics.sourceOfLatents(partition.topic());
        long now = clock.millis();
        List<FeedItem> items = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], ByteBuffer> record : records) {
            FeedItem item = validator.validate(record);
            read.put(partition, record.offset() + 1);
            if (item instanceof Refused latent) {
                refused.add(latent);
            } else {
                refused.accepted();
                meters.record(Meter.LATENT_AGE_SECONDS, Math.max(0, now - record.timestamp()) / 1e3, source);
                items.add(item);
            }
        }
        queues.putAll(partition, items);
    }

    /** Commits what the cluster has at this moment: an offset of a topic that was deleted is retried for ever, and the ledger waits after it. */
    private void commitOfPresent() {
        try {
            commit(directory.topics());
        } catch (RetriableException unreachable) {
            // the next search says so
        }
    }

    /** Commits the trained offsets; if all records read are trained, the consumer's position, which is also past transaction markers. */
    private void commit(Map<String, LatentTopic> present) {
        List<Topic> exist = known.values().stream()
                .filter(topic -> isPresent(topic, present))
                .map(topic -> new Topic(topic.name(), topic.id()))
                .toList();
        group.commit(consumer.groupMetadata(), exist, (partition, next) -> {
            boolean all = consumer.assignment().contains(partition)
                    && queues.isEmpty(partition)
                    && next.equals(read.get(partition));
            return all ? consumer.position(partition) : next;
        });
    }

    private static boolean isPresent(LatentTopic topic, Map<String, LatentTopic> present) {
        LatentTopic found = present.get(topic.name());
        return found != null && found.id().equals(topic.id());
    }

    private static boolean due(long last, Duration every, long now) {
        return last == Long.MIN_VALUE || now - last >= every.toMillis();
    }
}
