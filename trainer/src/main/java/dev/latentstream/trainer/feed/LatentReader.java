package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.feed.FeedSettings.StartAt;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the latent topics into the queues. Its partitions are assigned, not subscribed, so that only the run decides where it reads. New
 * topics and partitions are added while it runs.
 *
 * <p>Not thread-safe, except for {@link #trained} and {@link #wakeup}.
 */
final class LatentReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LatentReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** The position that training has reached, which the group's offsets follow. */
    private record Trained(long step, Map<TopicPartition, Long> next) {}

    private final String stage;
    private final Consumer<byte[], byte[]> consumer;
    private final Topics topics;
    private final LatentValidator validator;
    private final LatentQueues queues;
    private final FeedSettings settings;
    private final Meters meters;
    private final Meters.Binding binding;
    private final Clock clock;
    private final Map<TopicPartition, Long> read = new HashMap<>();
    private volatile Trained trained = new Trained(0, Map.of());
    private StartAt startAt; // of the partitions that are discovered next
    private long discoveredAt = Long.MIN_VALUE;
    private long committedAt = Long.MIN_VALUE;
    private final Reminder reminder;
    private int refusedInARow;

    LatentReader(
            String stage,
            Consumer<byte[], byte[]> consumer,
            Topics topics,
            LatentValidator validator,
            LatentQueues queues,
            FeedSettings settings,
            Meters meters,
            Clock clock) {
        this.stage = stage;
        this.consumer = consumer;
        this.topics = topics;
        this.validator = validator;
        this.queues = queues;
        this.settings = settings;
        this.meters = meters;
        binding = meters.bind(consumer);
        this.clock = clock;
        reminder = new Reminder(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
        startAt = settings.startAt();
    }

    /** Starts a new run, or resumes one: returns the latents of its shuffle buffers, which are read again. */
    Map<RecordPosition, LatentSample> start(Collection<SourceState> states) {
        LatentRecovery recovery = new LatentRecovery(consumer, validator, settings.patience());
        Map<RecordPosition, LatentSample> latents = recovery.recover(states);
        Map<TopicPartition, Long> next = LatentRecovery.next(states);
        consumer.assign(next.keySet());
        consumer.resume(next.keySet()); // recovery pauses partitions that it has finished
        next.forEach(this::open);
        if (!states.isEmpty()) {
            startAt = StartAt.EARLIEST; // partitions that the checkpoint does not name appeared after it
        }
        return latents;
    }

    /** Discovers new topics if due, polls once, and commits the trained position if due. */
    void step() {
        long now = clock.millis();
        if (due(discoveredAt, settings.discoverEvery(), now)) {
            discoveredAt = now;
            discover();
        }
        if (!consumer.assignment().isEmpty()) {
            pauseFullPartitions();
            poll();
            if (due(committedAt, settings.commitEvery(), now)) {
                committedAt = now;
                commit();
            }
        }
    }

    /** Returns whether any partition is assigned. */
    boolean isAssigned() {
        return !consumer.assignment().isEmpty();
    }

    /** Sets the position that training has reached; from any thread. */
    void trained(long step, Collection<SourceState> states) {
        trained = new Trained(step, LatentRecovery.next(states));
    }

    /** Ends a poll with a {@link org.apache.kafka.common.errors.WakeupException}; from any thread. */
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        if (!consumer.assignment().isEmpty()) {
            commit();
        }
        binding.close();
        consumer.close();
    }

    private void discover() {
        List<TopicPartition> found = consumer.listTopics().entrySet().stream()
                .filter(topic -> topics.isLatents(topic.getKey()))
                .flatMap(topic -> partitions(topic.getValue()))
                .filter(partition -> !consumer.assignment().contains(partition))
                .toList();
        if (!found.isEmpty()) {
            add(found);
        }
        startAt = StartAt.EARLIEST; // partitions that are found later appeared during the run
    }

    private void add(List<TopicPartition> found) {
        Map<TopicPartition, Long> starts =
                switch (startAt) {
                    case EARLIEST -> consumer.beginningOffsets(found);
                    case LATEST -> consumer.endOffsets(found);
                };
        List<TopicPartition> all = new ArrayList<>(consumer.assignment());
        all.addAll(found);
        consumer.assign(all);
        starts.forEach(this::open);
        TreeSet<String> names =
                new TreeSet<>(found.stream().map(TopicPartition::topic).toList());
        LOG.atInfo()
                .addKeyValue("topics", names)
                .addKeyValue("partitions", found.size())
                .addKeyValue("start", startAt)
                .log("reading new latents");
    }

    private static Stream<TopicPartition> partitions(List<PartitionInfo> infos) {
        return infos.stream().map(info -> new TopicPartition(info.topic(), info.partition()));
    }

    private void open(TopicPartition partition, long start) {
        consumer.seek(partition, start);
        read.put(partition, start);
        queues.open(partition, start);
    }

    private void pauseFullPartitions() {
        List<TopicPartition> full = new ArrayList<>();
        List<TopicPartition> withRoom = new ArrayList<>();
        consumer.assignment().forEach(p -> (queues.hasRoom(p) ? withRoom : full).add(p));
        consumer.pause(full);
        consumer.resume(withRoom);
    }

    private void poll() {
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
        } catch (OffsetOutOfRangeException deleted) {
            throw LatentRecovery.lost(
                    deleted.offsetOutOfRangePartitions(),
                    consumer.beginningOffsets(deleted.partitions()),
                    consumer.endOffsets(deleted.partitions()));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String source = topics.sourceOfLatents(record.topic());
        FeedItem item = validator.validate(record);
        read.put(item.position().topicPartition(), record.offset() + 1);
        if (item instanceof Refused refused) {
            refuse(source, refused);
            return;
        }
        refusedInARow = 0;
        meters.record(Meter.LATENT_AGE_SECONDS, Math.max(0, clock.millis() - record.timestamp()) / 1e3, source);
        queues.put(item);
    }

    private void refuse(String source, Refused refused) {
        meters.count(Meter.STAGE_RECORDS, stage, source, "refused");
        long refusals = reminder.add(1);
        if (refusals > 0) {
            LOG.atWarn()
                    .addKeyValue("topic", refused.position().topic())
                    .addKeyValue("partition", refused.position().partition())
                    .addKeyValue("offset", refused.position().offset())
                    .addKeyValue("refusals", refusals)
                    .log("latent refused: {}", refused.reason());
        }
        if (refused.foreign()) { // however many there are, a run with other settings could not use them either
            return;
        }
        refusedInARow++;
        if (refusedInARow >= settings.refusalsInARow()) {
            throw new ClusterException("%d latents in a row were refused; the last one, %s-%d at offset %d: %s"
                    .formatted(
                            refusedInARow,
                            refused.position().topic(),
                            refused.position().partition(),
                            refused.position().offset(),
                            refused.reason()));
        }
    }

    /** Commits the trained offsets; if all records read are trained, the consumer's position, which is also past transaction markers. */
    private void commit() {
        Trained now = trained;
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        now.next().forEach((partition, next) -> {
            boolean all = queues.isEmpty(partition) && next.equals(read.get(partition));
            long offset = all ? consumer.position(partition) : next;
            offsets.put(partition, new OffsetAndMetadata(offset, "step " + now.step()));
        });
        consumer.commitAsync(offsets, (committed, failure) -> {
            if (failure != null) { // lag tools see it later; the checkpoint is authoritative
                LOG.atWarn().addKeyValue("step", now.step()).log("offsets not committed: {}", failure.toString());
            }
        });
    }

    private static boolean due(long last, Duration every, long now) {
        return last == Long.MIN_VALUE || now - last >= every.toMillis();
    }
}
