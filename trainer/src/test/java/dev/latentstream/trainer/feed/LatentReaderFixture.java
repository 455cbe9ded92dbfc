package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.StartAt;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.GroupOffsets;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;

/** A reader with a cluster in memory. */
abstract class LatentReaderFixture {
    static final TopicPartition A0 = new TopicPartition("latents-a", 0);
    static final TopicPartition A1 = new TopicPartition("latents-a", 1);
    static final TopicPartition B0 = new TopicPartition("latents-b", 0);

    final Map<TopicPartition, OffsetAndMetadata> earlier = new HashMap<>(); // as an earlier life committed them
    final MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none") {
        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            return Map.copyOf(earlier);
        }
    };
    final Meters meters = new Meters();
    final LatentQueues queues = new LatentQueues(2);
    final Map<String, LatentTopic> directory = new TreeMap<>();
    final List<Map<TopicPartition, OffsetAndMetadata>> commits = new ArrayList<>();
    boolean isReachable = true;
    long metadataUpdates;
    final SettableClock clock = new SettableClock();
    final LatentReader reader = reader(StartAt.EARLIEST);

    @AfterEach
    void close() {
        meters.close();
    }

    LatentReader reader(StartAt startAt) {
        return new LatentReader(
                "trainer",
                new LatentReader.Clients(
                        consumer, () -> metadataUpdates, new Directory(), new GroupOffsets(this::commit)),
                new Topics(""),
                new LatentValidator(Fixtures.deserializer(), Fixtures.FORMAT),
                queues,
                Fixtures.feed(WhenDry.WAIT, startAt, 8, 3),
                meters,
                clock);
    }

    private CompletableFuture<Void> commit(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        commits.add(offsets);
        return CompletableFuture.completedFuture(null);
    }

    /** Returns the offsets of the group. */
    Map<TopicPartition, OffsetAndMetadata> committed() {
        return commits.get(commits.size() - 1);
    }

    static FeedResume resume(boolean skipLost, SourceState... sources) {
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(1, new FeedRules(8, WhenDry.REPEAT, 8, 3)));
        return new FeedResume(
                new FeedSnapshot(4, 32, start.run(), start.policy(), List.of(sources)), List.of(), skipLost);
    }

    static SourceState state(String topic, Long... next) {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        for (int i = 0; i < next.length; i++) {
            offsets.put(i, next[i]);
        }
        return new SourceState(
                topic, "id", 5, offsets, List.of(), List.of(Fixtures.sample(new TopicPartition(topic, 0), 0)));
    }

    /** Returns step 5, which took a range of the first partition. */
    static RecordedStep took(long start, long end) {
        return took(new StepRecord(5), start, end);
    }

    /** Returns a step that found the topic recreated. */
    static StepRecord recreated(long step, String id, Long... next) {
        StepRecord record = new StepRecord(step);
        record.left("latents-a");
        record.opened(new LedgerSource("latents-a", id, List.of(next), 0L));
        return record;
    }

    /** Returns a step that took a range of the first partition. */
    static RecordedStep took(StepRecord record, long start, long end) {
        for (long offset = start; offset < end; offset++) {
            record.taken(new RecordPosition("latents-a", 0, offset), offset);
        }
        return new RecordedStep(record.ledger(0), new LedgerPosition("ledger", 0, 1));
    }

    void topic(String name, int partitions, long begin) {
        List<PartitionInfo> infos = IntStream.range(0, partitions)
                .mapToObj(i -> new PartitionInfo(name, i, Node.noNode(), new Node[0], new Node[0]))
                .toList();
        consumer.updatePartitions(name, infos);
        directory.put(name, new LatentTopic(name, "id", partitions));
        for (int i = 0; i < partitions; i++) {
            consumer.updateBeginningOffsets(Map.of(new TopicPartition(name, i), begin));
            consumer.updateEndOffsets(Map.of(new TopicPartition(name, i), begin));
        }
    }

    void add(TopicPartition at, long offset, String imageId, Latent latent) {
        consumer.addRecord(Fixtures.record(at, offset, imageId, latent));
    }

    private final class Directory implements TopicDirectory {
        @Override
        public Map<String, LatentTopic> topics() {
            if (!isReachable) {
                throw new TimeoutException("no answer");
            }
            Map<String, LatentTopic> latents = new TreeMap<>(directory);
            latents.keySet().removeIf(topic -> !new Topics("").isLatents(topic));
            return latents;
        }

        @Override
        public void close() {}
    }

    static final class SettableClock extends Clock {
        private Instant now = Instant.EPOCH;

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
