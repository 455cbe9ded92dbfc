package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.LatentQueues.Next;
import dev.latentstream.trainer.feed.settings.FeedSettings.StartAt;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.junit.jupiter.api.Test;

class LatentReaderTest extends LatentReaderFixture {
    @Test
    void readsEveryLatentTopicAndNoOther() throws InterruptedException {
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
    void readsANewSourceWhileItRuns() throws InterruptedException {
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
    void aTopicOfWhichPartitionsWereAddedIsRefusedWhileItRuns() throws InterruptedException {
        topic("latents-a", 1, 3);
        reader.step();
        topic("latents-a", 2, 3);

        clock.advance(Duration.ofSeconds(3));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessageStartingWith("latents-a has 2 partitions, the run reads 1, next latents-a-0 at offset 3;");
    }

    @Test
    void aClusterThatDoesNotAnswerIsAskedAgain() throws InterruptedException {
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
    void theEndOfAPartitionIsThatOfTheLogAndNotOfTheQueue() throws InterruptedException {
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
    void onlyWantedTopicsAreFetched() throws InterruptedException {
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
    void startsAtTheEndOfTopicsThatANewRunFindsAndAtTheBeginningOfLaterOnes() throws InterruptedException {
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
    void startsAtTheBeginningOfAFirstSourceThatAppearsAfterANewRunBegan() throws InterruptedException {
        LatentReader latest = reader(StartAt.LATEST);
        latest.step();
        topic("latents-b", 1, 5);
        consumer.updateEndOffsets(Map.of(B0, 9L));

        clock.advance(Duration.ofSeconds(3));
        latest.step();

        assertThat(consumer.position(B0)).isEqualTo(5);
    }

    @Test
    void aFullQueuePausesItsPartition() throws InterruptedException {
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

    /** A poll would wait for records of partitions that are not fetched, though their queues may have room again at any moment. */
    @Test
    void fullQueuesAreWaitedForWithoutAPoll() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        add(A0, 1, "y", Fixtures.latent(1));
        reader.step();
        AtomicBoolean polled = new AtomicBoolean();
        consumer.schedulePollTask(() -> polled.set(true));

        reader.step();

        assertThat(consumer.paused()).containsExactly(A0);
        assertThat(polled).isFalse();
        assertThat(queues.poll(A0)).isNotNull();
        reader.step();
        assertThat(polled).isTrue();
    }

    @Test
    void aRefusedLatentIsCountedAndSkipped() throws InterruptedException {
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
    void refusalsInARowStopTheRunWithTheLastOffset() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        for (int offset = 0; offset < 3; offset++) {
            add(A0, offset, "bad", Fixtures.latent(Float.NaN));
        }

        assertThatThrownBy(reader::step)
                .hasMessage("3 latents in a row were refused; the last one, latents-a-0 at offset 2: element 0 is NaN");
    }

    @Test
    void foreignValuesInARowAreSkippedHoweverManyThereAre() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        for (int offset = 0; offset < 1_100; offset++) {
            consumer.addRecord(new ConsumerRecord<>(
                    "latents-a", 0, offset, new byte[] {'i'}, StandardCharsets.UTF_8.encode("{}")));
        }
        add(A0, 1_100, "good", Fixtures.latent(1));
        reader.step();

        assertThat(meters.value(Meter.STAGE_RECORDS, "trainer", "a", "refused")).isEqualTo(1_100);
        assertThat(queues.poll(A0)).isInstanceOfSatisfying(FeedItem.Accepted.class, good -> assertThat(good.position())
                .isEqualTo(new RecordPosition("latents-a", 0, 1_100)));
    }

    @Test
    void theGroupCommitsTheTrainedOffsets() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        add(A0, 1, "y", Fixtures.latent(1));
        reader.step();
        assertThat(queues.poll(A0)).isNotNull();

        reader.trained(7, List.of(state("latents-a", 1L)));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(committed()).containsExactly(entry(A0, new OffsetAndMetadata(1, "step 7")));
    }

    @Test
    void theGroupDoesNotGoBackFromThePositionPastMarkersWhenLatentsArrive() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        reader.step();
        assertThat(queues.poll(A0)).isNotNull();
        reader.trained(7, List.of(state("latents-a", 1L)));
        consumer.seek(A0, 3); // as past markers
        clock.advance(Duration.ofSeconds(6));
        reader.step();
        assertThat(committed()).containsExactly(entry(A0, new OffsetAndMetadata(3, "step 7")));

        add(A0, 3, "y", Fixtures.latent(1));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(committed()).containsExactly(entry(A0, new OffsetAndMetadata(3, "step 7")));
    }

    @Test
    void commitsNothingWhileTheTopicsCannotBeListed() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();
        int before = commits.size();

        isReachable = false;
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(commits).hasSize(before);
    }

    @Test
    void commitsWhereItStartsBeforeTheFirstStepSoThatTheSourceCountsAsRead() throws InterruptedException {
        topic("latents-a", 1, 0);
        consumer.updateBeginningOffsets(Map.of(A0, 0L));
        reader.step();
        add(A0, 0, "x", Fixtures.latent(1));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(committed()).containsExactly(entry(A0, new OffsetAndMetadata(0, "step 0")));
    }

    @Test
    void recordsDeletedByRetentionStopTheRunWithTheirCount() throws InterruptedException {
        topic("latents-a", 1, 0);
        reader.step();

        consumer.updateBeginningOffsets(Map.of(A0, 40L));
        consumer.updateEndOffsets(Map.of(A0, 50L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(A0, 0L)));

        assertThatThrownBy(reader::step)
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("the log no longer has 40 records that this run has not read: latents-a-0: 40 records lost,"
                        + " offsets 0 to 39; it begins at 40. train --skip-lost continues after them.");
    }
}
