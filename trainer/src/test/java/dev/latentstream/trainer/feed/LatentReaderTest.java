package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedSettings.StartAt;
import dev.latentstream.trainer.feed.FeedSettings.WhenDry;
import dev.latentstream.trainer.feed.SourceState.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatentReaderTest {
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);
    private static final TopicPartition A1 = new TopicPartition("latents-a", 1);
    private static final TopicPartition B0 = new TopicPartition("latents-b", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Meters meters = new Meters();
    private final LatentQueues queues = new LatentQueues(2);
    private final SettableClock clock = new SettableClock();
    private final LatentReader reader = reader(StartAt.EARLIEST);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void readsEveryLatentTopicAndNoOther() {
        topic("latents-a", 2, 0);
        topic("latents-a-dlq", 1, 0);
        topic("images", 1, 0);
        reader.start(List.of());
        reader.step();

        add(A1, 0, "x", Fixtures.latent(1));
        reader.step();

        assertThat(queues.topics()).containsExactly("latents-a");
        assertThat(queues.partitions("latents-a")).containsExactly(A0, A1);
        assertThat(queues.poll(A1)).isInstanceOf(FeedItem.Accepted.class);
    }

    @Test
    void readsANewSourceAndANewPartitionWhileItRuns() {
        topic("latents-a", 1, 0);
        reader.start(List.of());
        reader.step();
        topic("latents-a", 2, 0);
        topic("latents-b", 1, 5);

        clock.advance(Duration.ofSeconds(3));
        reader.step();

        assertThat(consumer.assignment()).containsExactlyInAnyOrder(A0, A1, B0);
        assertThat(consumer.position(B0)).isEqualTo(5);
    }

    @Test
    void startsAtTheEndOfTopicsThatANewRunFindsAndAtTheBeginningOfLaterOnes() {
        LatentReader latest = reader(StartAt.LATEST);
        topic("latents-a", 1, 3);
        consumer.updateEndOffsets(Map.of(A0, 7L));
        latest.start(List.of());
        latest.step();
        topic("latents-b", 1, 5);
        consumer.updateEndOffsets(Map.of(B0, 9L));

        clock.advance(Duration.ofSeconds(3));
        latest.step();

        assertThat(consumer.position(A0)).isEqualTo(7);
        assertThat(consumer.position(B0)).isEqualTo(5);
    }

    @Test
    void startsAtTheBeginningOfAFirstSourceThatAppearsAfterANewRunBegan() {
        LatentReader latest = reader(StartAt.LATEST);
        latest.start(List.of());
        latest.step();
        topic("latents-b", 1, 5);
        consumer.updateEndOffsets(Map.of(B0, 9L));

        clock.advance(Duration.ofSeconds(3));
        latest.step();

        assertThat(consumer.position(B0)).isEqualTo(5);
    }

    @Test
    void startsAtTheBeginningOfASourceThatIsNewSinceTheCheckpoint() {
        LatentReader latest = reader(StartAt.LATEST);
        topic("latents-a", 1, 0);
        topic("latents-b", 1, 5);
        consumer.updateEndOffsets(Map.of(A0, 6L, B0, 9L));
        latest.start(List.of(state(Map.of(0, 5L))));

        latest.step();

        assertThat(consumer.position(A0)).isEqualTo(5);
        assertThat(consumer.position(B0)).isEqualTo(5);
    }

    @Test
    void aFullQueuePausesItsPartition() {
        topic("latents-a", 2, 0);
        reader.start(List.of());
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        add(A0, 1, "y", Fixtures.latent(1));
        reader.step();
        reader.step();
        assertThat(consumer.paused()).containsExactly(A0);

        assertThat(queues.poll(A0)).isNotNull();
        reader.step();

        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void aRefusedLatentIsCountedAndSkipped() {
        topic("latents-a", 1, 0);
        reader.start(List.of());
        reader.step();
        add(A0, 0, "bad", Fixtures.latent(Float.NaN));
        add(A0, 1, "good", Fixtures.latent(1));
        reader.step();

        assertThat(meters.value(Meter.STAGE_RECORDS, "trainer", "a", "refused")).isEqualTo(1);
        FeedItem first = queues.poll(A0);
        assertThat(first).isNotNull();
        assertThat(first.position()).isEqualTo(new RecordPosition("latents-a", 0, 1));
    }

    @Test
    void refusalsInARowStopTheRunWithTheLastOffset() {
        topic("latents-a", 1, 0);
        reader.start(List.of());
        reader.step();
        for (int offset = 0; offset < 3; offset++) {
            add(A0, offset, "bad", Fixtures.latent(Float.NaN));
        }

        assertThatThrownBy(reader::step)
                .hasMessage("3 latents in a row were refused; the last one, latents-a-0 at offset 2: element 0 is NaN");
    }

    @Test
    void foreignValuesInARowAreSkippedHoweverManyThereAre() {
        topic("latents-a", 1, 0);
        reader.start(List.of());
        reader.step();
        for (int offset = 0; offset < 1_100; offset++) {
            consumer.addRecord(new ConsumerRecord<>(
                    "latents-a", 0, offset, new byte[] {'i'}, "{}".getBytes(StandardCharsets.UTF_8)));
        }
        add(A0, 1_100, "good", Fixtures.latent(1));
        reader.step();

        assertThat(meters.value(Meter.STAGE_RECORDS, "trainer", "a", "refused")).isEqualTo(1_100);
        assertThat(queues.poll(A0)).isInstanceOfSatisfying(FeedItem.Accepted.class, good -> assertThat(good.position())
                .isEqualTo(new RecordPosition("latents-a", 0, 1_100)));
    }

    @Test
    void theGroupCommitsTheTrainedOffsets() {
        topic("latents-a", 1, 0);
        reader.start(List.of());
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        add(A0, 1, "y", Fixtures.latent(1));
        reader.step();
        assertThat(queues.poll(A0)).isNotNull();

        reader.trained(7, List.of(SourceState.of("latents-a", 1, Map.of(0, 1L), List.of())));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        OffsetAndMetadata committed = consumer.committed(java.util.Set.of(A0)).get(A0);
        assertThat(committed).isEqualTo(new OffsetAndMetadata(1, "step 7"));
    }

    @Test
    void recordsDeletedByRetentionStopTheRunWithTheirCount() {
        topic("latents-a", 1, 0);
        reader.start(List.of());
        reader.step();

        consumer.updateBeginningOffsets(Map.of(A0, 40L));
        consumer.updateEndOffsets(Map.of(A0, 50L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(A0, 0L)));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessageContaining("latents-a-0: 40 records lost, offsets 0 to 39; it begins at 40");
    }

    @Test
    void aResumedRunReadsItsBufferedLatentsAgainAndContinuesAfterThem() {
        topic("latents-a", 2, 0);
        consumer.updateEndOffsets(Map.of(A0, 6L, A1, 4L));
        consumer.schedulePollTask(() -> {
            for (int offset = 1; offset < 6; offset++) {
                add(A0, offset, "a" + offset, Fixtures.latent(offset));
            }
        });

        Map<RecordPosition, LatentSample> latents =
                reader.start(List.of(state(Map.of(0, 5L, 1, 4L), new Slot("a3", 0, 3), new Slot("a1", 0, 1))));

        assertThat(latents.values()).extracting(LatentSample::imageId).containsExactlyInAnyOrder("a1", "a3");
        assertThat(consumer.position(A0)).isEqualTo(5);
        assertThat(consumer.position(A1)).isEqualTo(4);
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void aResumedRunWhoseBufferedLatentsAreGoneIsRefused() {
        topic("latents-a", 1, 0);
        consumer.updateBeginningOffsets(Map.of(A0, 3L));
        consumer.updateEndOffsets(Map.of(A0, 9L));

        assertThatThrownBy(() -> reader.start(List.of(state(Map.of(0, 5L), new Slot("a1", 0, 1)))))
                .isInstanceOf(LostRecordsException.class)
                .hasMessageContaining("latents-a-0: 2 records lost, offsets 1 to 2; it begins at 3");
    }

    @Test
    void aResumedRunWhoseBufferedLatentsAreInvalidIsRefusedWithTheirCount() {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 6L));
        consumer.schedulePollTask(() -> {
            add(A0, 1, "a1", Fixtures.latent(1));
            for (int offset = 2; offset < 6; offset++) {
                add(A0, offset, "a" + offset, Fixtures.latent(Float.NaN));
            }
        });

        assertThatThrownBy(() -> reader.start(List.of(
                        state(Map.of(0, 6L), new Slot("a1", 0, 1), new Slot("a3", 0, 3), new Slot("a5", 0, 5)))))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "the log no longer has records that this run needs: latents-a-0: 2 latents of the shuffle"
                                + " buffer cannot be read again, offsets 3 to 5. A new run starts from the records that are left.");
    }

    @Test
    void aTopicThatWasRecreatedIsRefused() {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 2L));

        assertThatThrownBy(() -> reader.start(List.of(state(Map.of(0, 5L)))))
                .hasMessageContaining("latents-a-0: it ends at 2, before the run's offset 5: the topic was recreated");
    }

    @Test
    void aTopicThatIsGoneIsNamed() {
        topic("latents-b", 1, 0);

        assertThatThrownBy(() -> reader.start(List.of(state(Map.of(0, 5L)))))
                .hasMessage("topics of this run are gone: latents-a");
    }

    private LatentReader reader(StartAt startAt) {
        return new LatentReader(
                "trainer",
                consumer,
                new Topics(""),
                new LatentValidator(Fixtures.deserializer(), Fixtures.FORMAT),
                queues,
                Fixtures.feed(WhenDry.WAIT, startAt, 8, 3),
                meters,
                clock);
    }

    private static SourceState state(Map<Integer, Long> next, Slot... slots) {
        return SourceState.of("latents-a", 5, next, List.of(slots));
    }

    private void topic(String name, int partitions, long begin) {
        List<PartitionInfo> infos = IntStream.range(0, partitions)
                .mapToObj(i -> new PartitionInfo(name, i, Node.noNode(), new Node[0], new Node[0]))
                .toList();
        consumer.updatePartitions(name, infos);
        for (int i = 0; i < partitions; i++) {
            consumer.updateBeginningOffsets(Map.of(new TopicPartition(name, i), begin));
            consumer.updateEndOffsets(Map.of(new TopicPartition(name, i), begin));
        }
    }

    private void add(TopicPartition at, long offset, String imageId, Latent latent) {
        consumer.addRecord(Fixtures.record(at, offset, imageId, latent));
    }

    private static final class SettableClock extends Clock {
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
