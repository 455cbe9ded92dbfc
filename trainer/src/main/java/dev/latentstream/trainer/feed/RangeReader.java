package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads ranges of offsets that are known beforehand, those of a recorded run or of a dataset, into the queues. The ranges of a partition
 * arrive in the order in which they were planned; where the log has less than a range, its queue ends.
 *
 * <p>Not thread-safe, except for {@link #plan}, {@link #trained} and {@link #wakeup}.
 */
final class RangeReader implements LatentFeed.Reader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SEEK_BEYOND =
            1000; // offsets; fewer are read and dropped, which is cheaper than another fetch

    /**
     * Offsets of a partition.
     *
     * @param start first offset
     * @param end offset after the last one
     * @param owner what needs them, for messages
     */
    record Range(long start, long end, String owner) {}

    /** The ranges of a partition, and where its reading is. */
    private static final class Plan {
        private final Deque<Range> ranges = new ArrayDeque<>();
        private final Deque<ConsumerRecord<byte[], ByteBuffer>> read = new ArrayDeque<>(); // from the position on
        private boolean isStarted; // the first range
        private long position = -1; // all records before it were looked at

        /** Returns where the log is read next without a seek. */
        private long ahead() {
            return read.isEmpty() ? position : read.getFirst().offset();
        }
    }

    private final Consumer<byte[], ByteBuffer> consumer;
    private final FixedTopics fixed;
    private final LatentValidator validator;
    private final LatentQueues queues;
    private final Meters.Binding binding;
    private final RefusedLatents refused;
    private final Map<TopicPartition, Plan> plans = new HashMap<>(); // guarded by this

    /**
     * @param consumer is closed with this reader
     * @param fixed the topics of the consumer; closed with this reader
     */
    RangeReader(
            String stage,
            Consumer<byte[], ByteBuffer> consumer,
            FixedTopics fixed,
            Topics topics,
            LatentValidator validator,
            LatentQueues queues,
            Meters meters) {
        this.consumer = consumer;
        this.fixed = fixed;
        this.validator = validator;
        this.queues = queues;
        refused = new RefusedLatents(stage, topics, meters, Integer.MAX_VALUE, System::nanoTime);
        binding = meters.bind(consumer);
    }

    /** Adds a range after those that were planned of a partition; from any thread. */
    synchronized void plan(TopicPartition partition, Range range) {
        Plan plan = plans.computeIfAbsent(partition, first -> new Plan());
        Range last = plan.ranges.peekLast();
        if (last != null && last.end() == range.start()) {
            plan.ranges.pollLast();
            plan.ranges.add(new Range(last.start(), range.end(), last.owner()));
        } else {
            plan.ranges.add(range);
        }
        queues.expect(partition);
    }

    @Override
    public List<RecordedStep> resume(FeedResume resume, Collection<String> weighted) {
        return resume.recorded(); // their ranges are planned as they are needed
    }

    @Override
    public void step() throws InterruptedException {
        long changes = queues.changes();
        assign();
        List<TopicPartition> readable = new ArrayList<>();
        List<TopicPartition> others = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            process(partition);
            (isReadable(partition) ? readable : others).add(partition);
        }
        consumer.pause(others);
        consumer.resume(readable);
        if (readable.isEmpty()) {
            queues.awaitChange(changes, POLL);
        } else {
            poll();
        }
    }

    @Override
    public boolean isAssigned() {
        return true; // it waits by itself
    }

    /** The positions of a run that reads places, not a log, mean nothing to lag tools: none are committed. */
    @Override
    public void trained(long step, Collection<SourceState> states) {}

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        binding.close();
        consumer.close();
        fixed.close();
    }

    private synchronized void assign() {
        if (consumer.assignment().size() == plans.size()) {
            return;
        }
        List<TopicPartition> added = new ArrayList<>(plans.keySet());
        added.removeAll(consumer.assignment());
        consumer.assign(plans.keySet());
        added.forEach(partition -> start(partition, plan(partition)));
    }

    private Plan plan(TopicPartition partition) {
        return plans.computeIfAbsent(partition, first -> new Plan());
    }

    private synchronized boolean isReadable(TopicPartition partition) {
        Plan plan = plan(partition);
        return !plan.ranges.isEmpty() && plan.read.isEmpty() && queues.hasRoom(partition);
    }

    private void poll() {
        try {
            ConsumerRecords<byte[], ByteBuffer> records = consumer.poll(POLL);
            Set<String> read =
                    records.partitions().stream().map(TopicPartition::topic).collect(Collectors.toSet());
            if (!fixed.areTheSame(read)) {
                records.partitions()
                        .forEach(partition -> consumer.seek(
                                partition, records.records(partition).get(0).offset()));
                return;
            }
            for (ConsumerRecord<byte[], ByteBuffer> record : records) {
                synchronized (this) {
                    plan(new TopicPartition(record.topic(), record.partition()))
                            .read
                            .add(record);
                }
            }
        } catch (OffsetOutOfRangeException deleted) {
            throw lost(deleted.offsetOutOfRangePartitions().keySet());
        }
        consumer.assignment().forEach(this::process);
    }

    /** Puts the records of planned ranges into the queue; ends ranges that were passed. */
    private synchronized void process(TopicPartition partition) {
        Plan plan = plan(partition);
        while (!plan.ranges.isEmpty()) {
            if (!plan.isStarted) {
                start(partition, plan);
            }
            Range range = plan.ranges.getFirst();
            if (plan.read.isEmpty()) {
                plan.position =
                        Math.max(plan.position, consumer.position(partition)); // transaction markers are passed, too
            }
            if (plan.ahead() >= range.end()) {
                plan.ranges.removeFirst();
                plan.isStarted = false;
                if (plan.ranges.isEmpty()) {
                    queues.atEnd(partition, true);
                }
            } else if (plan.read.isEmpty()) {
                return;
            } else {
                ConsumerRecord<byte[], ByteBuffer> record = plan.read.removeFirst();
                plan.position = record.offset() + 1;
                if (record.offset() >= range.start()) {
                    take(record);
                }
            }
        }
    }

    /** Seeks to the first range, unless it is a little ahead. */
    private void start(TopicPartition partition, Plan plan) {
        long start = plan.ranges.getFirst().start();
        if (start < plan.position || start - plan.ahead() > SEEK_BEYOND || plan.position < 0) {
            plan.read.clear();
            plan.position = start;
            consumer.seek(partition, start);
        }
        plan.isStarted = true;
    }

    private void take(ConsumerRecord<byte[], ByteBuffer> record) {
        FeedItem item = validator.validate(record);
        if (item instanceof Refused latent) {
            refused.add(latent);
        } else {
            queues.put(item);
        }
    }

    private LostRecordsException lost(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> beginning = consumer.beginningOffsets(partitions);
        TreeMap<String, String> faults = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            synchronized (this) {
                Range range = plan(partition).ranges.getFirst();
                faults.put(
                        partition.toString(),
                        "%s needs %s, offsets %d to %d; it begins at %d"
                                .formatted(
                                        range.owner(),
                                        partition,
                                        Math.max(range.start(), consumer.position(partition)),
                                        range.end() - 1,
                                        beginning.getOrDefault(partition, 0L)));
            }
        }
        return new LostRecordsException("the log no longer has latents: " + String.join("; ", faults.values()));
    }
}
