package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedSettings.StartAt;
import dev.latentstream.trainer.feed.FeedSettings.WhenDry;
import dev.latentstream.trainer.feed.LatentQueues.Next;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatentReaderTest {
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);
    private static final TopicPartition A1 = new TopicPartition("latents-a", 1);
    private static final TopicPartition B0 = new TopicPartition("latents-b", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Meters meters = new Meters();
    private final LatentQueues queues = new LatentQueues(2);
    private final Map<String, LatentTopic> directory = new TreeMap<>();
    private boolean isReachable = true;
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
        reader.step();

        add(A1, 0, "x", Fixtures.latent(1));
        reader.step();

        assertThat(queues.news().opened()).containsExactly(new LedgerSource("latents-a", "id", List.of(0L, 0L), 0L));
        assertThat(queues.poll(A1)).isInstanceOf(FeedItem.Accepted.class);
    }

    @Test
    void readsANewSourceWhileItRuns() {
        topic("latents-a", 1, 0);
        reader.step();
        topic("latents-b", 1, 5);

        clock.advance(Duration.ofSeconds(3));
        reader.step();

        assertThat(consumer.assignment()).containsExactlyInAnyOrder(A0, B0);
        assertThat(consumer.position(B0)).isEqualTo(5);
        assertThat(queues.news().opened()).last().isEqualTo(new LedgerSource("latents-b", "id", List.of(5L), 0L));
    }

    @Test
    void aTopicOfWhichPartitionsWereAddedIsRefusedWhileItRuns() {
        topic("latents-a", 1, 3);
        reader.step();
        topic("latents-a", 2, 3);

        clock.advance(Duration.ofSeconds(3));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessageStartingWith("latents-a has 2 partitions, the run reads 1, next latents-a-0 at offset 3;");
    }

    @Test
    void aTopicThatIsMadeAgainIsRefusedWhileItRuns() {
        topic("latents-a", 1, 3);
        reader.step();
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));

        clock.advance(Duration.ofSeconds(3));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessageStartingWith(
                        "latents-a was made again: it has the id other, the run reads id, next latents-a-0 at offset 3;");
    }

    @Test
    void aTopicThatTwoSearchesDoNotFindIsGone() {
        topic("latents-a", 1, 0);
        topic("latents-b", 1, 0);
        reader.step();
        directory.remove("latents-b");

        clock.advance(Duration.ofSeconds(3));
        reader.step();
        assertThat(queues.news().left()).isEmpty();
        clock.advance(Duration.ofSeconds(3));
        reader.step();

        assertThat(queues.news().left()).containsExactly("latents-b");
        assertThat(queues.next(B0)).isEqualTo(Next.END);
        assertThat(consumer.assignment()).containsExactly(A0);
    }

    @Test
    void aTopicThatIsBackAfterItWasGoneIsRefused() {
        topic("latents-a", 1, 0);
        reader.step();
        LatentTopic first = directory.remove("latents-a");
        for (int search = 0; search < 2; search++) {
            clock.advance(Duration.ofSeconds(3));
            reader.step();
        }
        directory.put("latents-a", new LatentTopic(first.name(), "other", 1));
        clock.advance(Duration.ofSeconds(3));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "the topic latents-a of this run was gone and is back; a run never goes over to another topic");
    }

    @Test
    void aClusterThatDoesNotAnswerIsAskedAgain() {
        topic("latents-a", 1, 0);
        isReachable = false;
        reader.step();
        assertThat(consumer.assignment()).isEmpty();

        isReachable = true;
        clock.advance(Duration.ofSeconds(3));
        reader.step();

        assertThat(consumer.assignment()).containsExactly(A0);
    }

    @Test
    void theEndOfAPartitionIsThatOfTheLogAndNotOfTheQueue() {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 2L));
        reader.step();
        assertThat(queues.next(A0)).isEqualTo(Next.UNKNOWN); // nothing has arrived, and there is more

        add(A0, 0, "x", Fixtures.latent(1));
        add(A0, 1, "y", Fixtures.latent(1));
        reader.step();
        assertThat(queues.next(A0)).isEqualTo(Next.ARRIVED);
        assertThat(queues.poll(A0)).isNotNull();
        assertThat(queues.poll(A0)).isNotNull();

        assertThat(queues.next(A0)).isEqualTo(Next.END);
    }

    @Test
    void onlyWantedTopicsAreFetched() {
        topic("latents-a", 1, 0);
        topic("latents-b", 1, 0);
        reader.step();
        queues.want(List.of("latents-b"));
        reader.step();
        assertThat(consumer.assignment()).containsExactly(B0);

        queues.want(List.of("latents-a", "latents-b"));
        reader.step();

        assertThat(consumer.assignment()).containsExactlyInAnyOrder(A0, B0);
    }

    @Test
    void startsAtTheEndOfTopicsThatANewRunFindsAndAtTheBeginningOfLaterOnes() {
        LatentReader latest = reader(StartAt.LATEST);
        topic("latents-a", 1, 3);
        consumer.updateEndOffsets(Map.of(A0, 7L));
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
        latest.resume(resume(false, state("latents-a", 5L)), List.of("latents-a"));
        queues.want(List.of("latents-a", "latents-b"));

        latest.step();

        assertThat(consumer.position(A0)).isEqualTo(5);
        assertThat(consumer.position(B0)).isEqualTo(5);
    }

    @Test
    void aFullQueuePausesItsPartition() {
        topic("latents-a", 2, 0);
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
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        add(A0, 1, "y", Fixtures.latent(1));
        reader.step();
        assertThat(queues.poll(A0)).isNotNull();

        reader.trained(7, List.of(state("latents-a", 1L)));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        OffsetAndMetadata committed = consumer.committed(java.util.Set.of(A0)).get(A0);
        assertThat(committed).isEqualTo(new OffsetAndMetadata(1, "step 7"));
    }

    @Test
    void recordsDeletedByRetentionStopTheRunWithTheirCount() {
        topic("latents-a", 1, 0);
        reader.step();

        consumer.updateBeginningOffsets(Map.of(A0, 40L));
        consumer.updateEndOffsets(Map.of(A0, 50L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(A0, 0L)));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("the log no longer has 40 records that this run has not read: latents-a-0: 40 records lost,"
                        + " offsets 0 to 39; it begins at 40. train --skip-lost goes on after them.");
    }

    @Test
    void aResumedRunGoesOnAtItsPositionsThoughTheLogNoLongerHasWhatItsBuffersHold() {
        topic("latents-a", 2, 3);
        consumer.updateEndOffsets(Map.of(A0, 6L, A1, 4L));

        List<RecordedStep> recorded = reader.resume(resume(false, state("latents-a", 5L, 4L)), List.of("latents-a"));
        queues.want(List.of("latents-a"));
        reader.step();

        assertThat(recorded).isEmpty();
        assertThat(consumer.position(A0)).isEqualTo(5);
        assertThat(consumer.position(A1)).isEqualTo(4);
        assertThat(queues.news().opened()).isEmpty();
    }

    @Test
    void unreadRecordsThatAreGoneStopAResumedRunWithTheirCount() {
        topic("latents-a", 2, 9);
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 12L));

        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 5L, 10L)), List.of("latents-a")))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("the log no longer has 4 records that this run has not read: latents-a-0: 4 records lost,"
                        + " offsets 5 to 8; it begins at 9. train --skip-lost goes on after them.");
    }

    @Test
    void lostRecordsAreSkippedIfTheUserSaysSoAndTheLedgerGetsTheirCount() {
        topic("latents-a", 2, 9);
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 12L));

        reader.resume(resume(true, state("latents-a", 5L, 10L)), List.of("latents-a"));
        queues.want(List.of("latents-a"));
        reader.step();

        assertThat(queues.news().opened()).containsExactly(new LedgerSource("latents-a", "id", List.of(9L, 10L), 4L));
        assertThat(consumer.position(A0)).isEqualTo(9);
    }

    @Test
    void recordedStepsThatTookLostRecordsAreNotRepeated() {
        topic("latents-a", 1, 9);
        consumer.updateEndOffsets(Map.of(A0, 12L));
        FeedResume resume = resume(true, state("latents-a", 5L));
        FeedResume withStep = new FeedResume(resume.snapshot(), List.of(took(5, 8)), true);

        assertThat(reader.resume(withStep, List.of("latents-a"))).isEmpty();
        assertThatThrownBy(() -> reader.resume(
                        new FeedResume(resume.snapshot(), List.of(took(5, 8)), false), List.of("latents-a")))
                .hasMessageContaining("latents-a-0: 4 records lost, offsets 5 to 8");
    }

    @Test
    void recordedStepsAreRepeatedIfTheLogHasWhatTheyTook() {
        topic("latents-a", 1, 5);
        consumer.updateEndOffsets(Map.of(A0, 12L));
        FeedResume resume = resume(false, state("latents-a", 5L));

        List<RecordedStep> recorded =
                reader.resume(new FeedResume(resume.snapshot(), List.of(took(5, 8)), false), List.of("latents-a"));

        assertThat(recorded).containsExactly(took(5, 8));
    }

    @Test
    void aSourceWithoutWeightKeepsNoRunFromBeingResumed() {
        topic("latents-a", 1, 9); // its unread records are gone
        topic("latents-b", 1, 0);
        topic("latents-c", 1, 0);
        directory.put("latents-c", new LatentTopic("latents-c", "other", 1));
        FeedResume resume = resume(
                false,
                state("latents-a", 5L),
                state("latents-b", 0L),
                state("latents-c", 3L),
                state("latents-gone", 7L));

        reader.resume(resume, List.of("latents-b"));
        queues.want(List.of("latents-b"));
        reader.step();

        assertThat(consumer.assignment()).containsExactly(B0);
        assertThat(queues.news().left()).containsExactly("latents-c", "latents-gone");
    }

    @Test
    void aTopicThatEndsBeforeThePositionIsRefused() {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 2L));

        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 5L)), List.of("latents-a")))
                .hasMessageContaining("latents-a-0: it ends at 2, before the run's offset 5");
    }

    @Test
    void aTopicThatWasMadeAgainIsRefusedThoughItHasAsManyRecords() {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 50L));
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));

        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 5L)), List.of("latents-a")))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "latents-a was made again: it has the id other, the run reads id, next latents-a-0 at offset"
                                + " 5; a new run reads what is there");
    }

    @Test
    void moreAndFewerPartitionsAreRefused() {
        topic("latents-a", 2, 0);

        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 0L)), List.of("latents-a")))
                .hasMessageStartingWith("latents-a has 2 partitions, the run reads 1");
        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 0L, 0L, 7L)), List.of("latents-a")))
                .hasMessageStartingWith("latents-a has 2 partitions, the run reads 3, next latents-a-0 at offset 0,"
                        + " latents-a-1 at offset 0, latents-a-2 at offset 7");
    }

    @Test
    void aTopicThatIsGoneIsADrySourceUnlessRecordedStepsTookFromIt() {
        topic("latents-b", 1, 0);
        FeedResume resume = resume(false, state("latents-a", 5L), state("latents-b", 0L));

        reader.resume(resume, List.of("latents-a", "latents-b"));
        assertThat(queues.news().left()).containsExactly("latents-a");
        assertThat(queues.next(A0)).isEqualTo(Next.END);

        assertThatThrownBy(() -> reader.resume(
                        new FeedResume(resume.snapshot(), List.of(took(5, 8)), false), List.of("latents-a")))
                .hasMessageStartingWith("the topic latents-a of this run is gone");
    }

    private LatentReader reader(StartAt startAt) {
        return new LatentReader(
                "trainer",
                new LatentReader.Clients(consumer, new Directory()),
                new Topics(""),
                new LatentValidator(Fixtures.deserializer(), Fixtures.FORMAT),
                queues,
                Fixtures.feed(WhenDry.WAIT, startAt, 8, 3),
                meters,
                clock);
    }

    private static FeedResume resume(boolean skipLost, SourceState... sources) {
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(1, new FeedRules(8, WhenDry.REPEAT, 8, 3)));
        return new FeedResume(
                new FeedSnapshot(4, 32, start.run(), start.policy(), List.of(sources)), List.of(), skipLost);
    }

    private static SourceState state(String topic, Long... next) {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        for (int i = 0; i < next.length; i++) {
            offsets.put(i, next[i]);
        }
        return new SourceState(
                topic, "id", 5, offsets, List.of(), List.of(Fixtures.sample(new TopicPartition(topic, 0), 0)));
    }

    /** Returns a step that took a range of the first partition. */
    private static RecordedStep took(long start, long end) {
        StepRecord record = new StepRecord(5);
        for (long offset = start; offset < end; offset++) {
            record.taken(new RecordPosition("latents-a", 0, offset), offset);
        }
        return new RecordedStep(record.ledger(0), new LedgerPosition("ledger", 0, 1));
    }

    private void topic(String name, int partitions, long begin) {
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

    private void add(TopicPartition at, long offset, String imageId, Latent latent) {
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
