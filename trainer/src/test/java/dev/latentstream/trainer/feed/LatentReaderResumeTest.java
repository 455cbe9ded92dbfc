package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.trainer.feed.LatentQueues.Next;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.feed.settings.FeedSettings.StartAt;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions that a resumed run reads, and those that it refuses. */
class LatentReaderResumeTest extends LatentReaderFixture {
    @Test
    void startsAtTheBeginningOfASourceThatIsNewSinceTheCheckpoint() throws InterruptedException {
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
    void aResumedRunGoesOnAtItsPositionsThoughTheLogNoLongerHasWhatItsBuffersHold() throws InterruptedException {
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
    void unreadRecordsThatAreGoneStopAResumedRunWithTheirCount() throws InterruptedException {
        topic("latents-a", 2, 9);
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 12L));

        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 5L, 10L)), List.of("latents-a")))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("the log no longer has 4 records that this run has not read: latents-a-0: 4 records lost,"
                        + " offsets 5 to 8; it begins at 9. train --skip-lost continues after them.");
    }

    @Test
    void lostRecordsAreSkippedIfTheUserSaysSoAndTheLedgerGetsTheirCount() throws InterruptedException {
        topic("latents-a", 2, 9);
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 12L));

        reader.resume(resume(true, state("latents-a", 5L, 10L)), List.of("latents-a"));
        queues.want(List.of("latents-a"));
        reader.step();

        assertThat(queues.news().opened()).containsExactly(new LedgerSource("latents-a", "id", List.of(9L, 10L), 4L));
        assertThat(consumer.position(A0)).isEqualTo(9);
    }

    /** The skip is an event of the first live step: it starts after what the recorded steps took of the other partitions. */
    @Test
    void lostRecordsAreSkippedAfterTheRecordedStepsOfOtherPartitions() throws InterruptedException {
        topic("latents-a", 2, 0);
        consumer.updateBeginningOffsets(Map.of(A1, 14L));
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 20L));
        FeedSnapshot checkpoint = resume(true, state("latents-a", 5L, 10L)).snapshot();

        List<RecordedStep> recorded =
                reader.resume(new FeedResume(checkpoint, List.of(took(5, 8)), true), List.of("latents-a"));
        reader.step();

        assertThat(recorded).containsExactly(took(5, 8));
        assertThat(consumer.position(A0)).isEqualTo(5);
        assertThat(consumer.position(A1)).isEqualTo(14);
        assertThat(queues.news().opened()).containsExactly(new LedgerSource("latents-a", "id", List.of(8L, 14L), 4L));
    }

    @Test
    void stepsBeforeASkipOfLostRecordsAreRepeatedWithWhatTheyTook() throws InterruptedException {
        topic("latents-a", 2, 0);
        consumer.updateBeginningOffsets(Map.of(A1, 14L));
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 20L));
        StepRecord skips = new StepRecord(6);
        skips.opened(new LedgerSource("latents-a", "id", List.of(8L, 14L), 4L));
        List<RecordedStep> recorded = List.of(took(5, 8), took(skips, 8, 9));
        FeedSnapshot checkpoint = resume(false, state("latents-a", 5L, 10L)).snapshot();

        assertThat(reader.resume(new FeedResume(checkpoint, recorded, false), List.of("latents-a")))
                .isEqualTo(recorded);
        reader.step();

        assertThat(consumer.position(A0)).isEqualTo(5);
        assertThat(consumer.position(A1)).isEqualTo(14);
        assertThat(committed())
                .isEqualTo(Map.of(A0, new OffsetAndMetadata(9, "step 6"), A1, new OffsetAndMetadata(14, "step 6")));
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
    void recordedStepsAreRepeatedIfTheLogHasWhatTheyTook() throws InterruptedException {
        topic("latents-a", 1, 5);
        consumer.updateEndOffsets(Map.of(A0, 12L));
        FeedResume resume = resume(false, state("latents-a", 5L));

        List<RecordedStep> recorded =
                reader.resume(new FeedResume(resume.snapshot(), List.of(took(5, 8)), false), List.of("latents-a"));

        assertThat(recorded).containsExactly(took(5, 8));
    }

    @Test
    void theGroupOfAResumedRunIsAfterTheStepsThatItRepeats() throws InterruptedException {
        topic("latents-a", 2, 0);
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 12L));
        FeedResume resume = resume(false, state("latents-a", 5L, 4L)); // of step 4
        reader.resume(new FeedResume(resume.snapshot(), List.of(took(5, 8)), false), List.of("latents-a"));

        reader.step();
        reader.trained(5, List.of(state("latents-a", 6L, 4L)));
        clock.advance(Duration.ofSeconds(6));
        reader.step();

        assertThat(commits)
                .hasSize(2)
                .containsOnly(Map.of(A0, new OffsetAndMetadata(8, "step 5"), A1, new OffsetAndMetadata(4, "step 5")));
    }

    @Test
    void theGroupOfAResumedRunDoesNotGoBackFromThePositionPastMarkers() throws InterruptedException {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 12L));
        earlier.putAll(Map.of(A0, new OffsetAndMetadata(7, "step 4")));
        reader.resume(resume(false, state("latents-a", 5L)), List.of("latents-a"));

        reader.step();

        assertThat(committed()).isEqualTo(Map.of(A0, new OffsetAndMetadata(7, "step 4")));
    }

    /** Such as those of steps that are not repeated, since what they took is lost. */
    @Test
    void offsetsOfTheGroupThatAreOfNoStepOfTheRunAreReplaced() throws InterruptedException {
        topic("latents-a", 2, 0);
        consumer.updateEndOffsets(Map.of(A0, 12L, A1, 12L));
        earlier.putAll(Map.of(A0, new OffsetAndMetadata(7, "step 9"), A1, new OffsetAndMetadata(7, "")));
        reader.resume(resume(false, state("latents-a", 5L, 4L)), List.of("latents-a"));

        reader.step();

        assertThat(committed())
                .isEqualTo(Map.of(A0, new OffsetAndMetadata(5, "step 4"), A1, new OffsetAndMetadata(4, "step 4")));
    }

    @Test
    void aSourceWithoutWeightKeepsNoRunFromBeingResumed() throws InterruptedException {
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
    void aTopicThatWasRecreatedIsRefusedThoughItHasAsManyRecords() {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 50L));
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));

        assertThatThrownBy(() -> reader.resume(resume(false, state("latents-a", 5L)), List.of("latents-a")))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("latents-a was recreated: it has the id other, the run reads id, next latents-a-0 at offset"
                        + " 5; a new run reads what is there");
    }

    /** A run that found it recreated went on with the new one: what it took before is gone, however long the new one is. */
    @ParameterizedTest
    @ValueSource(longs = {3, 50})
    void recordedStepsOfATopicBeforeItWasRecreatedAreRefused(long end) {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, end));
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));
        List<RecordedStep> recorded = List.of(took(5, 8), took(recreated(6, "other", 0L), 0, 3));
        FeedSnapshot checkpoint = resume(false, state("latents-a", 5L)).snapshot();

        assertThatThrownBy(() -> reader.resume(new FeedResume(checkpoint, recorded, false), List.of("latents-a")))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("steps after the checkpoint took latents-a-0 up to offset 7 of the topic with the id id,"
                        + " which was recreated with the id other: 3 records lost. train --skip-lost continues at the"
                        + " checkpoint, without these steps.");
    }

    @Test
    void recordedStepsOfATopicBeforeItWasRecreatedAreSkippedIfTheUserSaysSo() throws InterruptedException {
        topic("latents-a", 1, 2); // retention has overtaken two of the new one
        consumer.updateEndOffsets(Map.of(A0, 50L));
        directory.put("latents-a", new LatentTopic("latents-a", "third", 1));
        List<RecordedStep> recorded =
                List.of(took(5, 8), took(recreated(6, "other", 0L), 0, 4), took(recreated(7, "third", 0L), 0, 3));
        FeedSnapshot checkpoint = resume(true, state("latents-a", 5L)).snapshot();

        assertThat(reader.resume(new FeedResume(checkpoint, recorded, true), List.of("latents-a")))
                .isEmpty();
        reader.step();

        assertThat(consumer.position(A0)).isEqualTo(2);
        assertThat(committed()).isEqualTo(Map.of(A0, new OffsetAndMetadata(2, "step 4")));
        LatentQueues.News news = queues.news();
        assertThat(news.left()).containsExactly("latents-a");
        assertThat(news.opened())
                .as("three records of the first one, four of the second, two of the third")
                .containsExactly(new LedgerSource("latents-a", "third", List.of(2L), 9L));
    }

    /** Such as steps that took what retention has deleted of another topic: the ledger still has that this one was recreated. */
    @Test
    void aTopicThatWasRecreatedIsReadThoughTheStepsThatFoundItAreNotRepeated() throws InterruptedException {
        topic("latents-a", 1, 0);
        topic("latents-b", 1, 9);
        consumer.updateEndOffsets(Map.of(A0, 4L, B0, 12L));
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));
        StepRecord step = recreated(5, "other", 0L);
        step.taken(new RecordPosition("latents-b", 0, 7), 7);
        FeedSnapshot checkpoint =
                resume(true, state("latents-a", 70L), state("latents-b", 7L)).snapshot();

        reader.resume(new FeedResume(checkpoint, List.of(took(step, 0, 3)), true), List.of("latents-a", "latents-b"));
        reader.step();

        assertThat(consumer.position(A0)).isZero();
        LatentQueues.News news = queues.news();
        assertThat(news.left()).containsExactly("latents-a");
        assertThat(news.opened())
                .containsExactly(
                        new LedgerSource("latents-a", "other", List.of(0L), 0L),
                        new LedgerSource("latents-b", "id", List.of(9L), 2L));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTopicThatWasRecreatedOnceMoreBetweenTwoLivesIsRefused(boolean skipLost) {
        topic("latents-a", 1, 0);
        directory.put("latents-a", new LatentTopic("latents-a", "third", 1));
        List<RecordedStep> recorded = List.of(took(5, 8), took(recreated(6, "other", 0L), 0, 4));
        FeedSnapshot checkpoint = resume(skipLost, state("latents-a", 5L)).snapshot();

        assertThatThrownBy(() -> reader.resume(new FeedResume(checkpoint, recorded, skipLost), List.of("latents-a")))
                .hasMessage("latents-a was recreated: it has the id third, the run reads other, next latents-a-0 at"
                        + " offset 0; a new run reads what is there");
    }

    @Test
    void recordedStepsOfATopicBeforeItWasRecreatedWithFewerPartitionsAreRefused() {
        topic("latents-a", 1, 0);
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));
        StepRecord before = new StepRecord(5);
        before.taken(new RecordPosition("latents-a", 1, 4), 4);
        List<RecordedStep> recorded = List.of(took(before, 0, 0), took(recreated(6, "other", 0L), 0, 0));
        FeedSnapshot checkpoint = resume(false, state("latents-a", 5L, 4L)).snapshot();

        assertThatThrownBy(() -> reader.resume(new FeedResume(checkpoint, recorded, false), List.of("latents-a")))
                .hasMessageStartingWith("steps after the checkpoint took latents-a-1 up to offset 4 of the topic");
    }

    @Test
    void recordedStepsOfATopicSinceItWasRecreatedAreRepeated() throws InterruptedException {
        topic("latents-a", 1, 0);
        consumer.updateEndOffsets(Map.of(A0, 3L));
        directory.put("latents-a", new LatentTopic("latents-a", "other", 1));
        List<RecordedStep> recorded = List.of(took(recreated(5, "other", 0L), 0, 2), took(new StepRecord(6), 2, 3));
        FeedSnapshot checkpoint = resume(false, state("latents-a", 70L)).snapshot();

        assertThat(reader.resume(new FeedResume(checkpoint, recorded, false), List.of("latents-a")))
                .isEqualTo(recorded);
        reader.step();

        assertThat(consumer.position(A0)).isZero();
        assertThat(committed()).isEqualTo(Map.of(A0, new OffsetAndMetadata(3, "step 6")));
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
                .hasMessage(
                        "steps after the checkpoint took latents-a-0 up to offset 7 of the topic with the id id, which"
                                + " is gone: 3 records lost. train --skip-lost continues at the checkpoint, without these steps.");
    }

    @Test
    void recordedStepsOfATopicThatIsGoneAreSkippedIfTheUserSaysSo() throws InterruptedException {
        topic("latents-b", 1, 0);
        FeedSnapshot checkpoint =
                resume(true, state("latents-a", 5L), state("latents-b", 0L)).snapshot();

        assertThat(reader.resume(new FeedResume(checkpoint, List.of(took(5, 8)), true), List.of("latents-a")))
                .isEmpty();

        assertThat(queues.news().left()).containsExactly("latents-a");
        assertThat(queues.next(A0)).isEqualTo(Next.END);
    }
}
