package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that is killed at any step and resumed has the ledger of the run that was not. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FeedReplayTest {
    private static final int BATCH = 8;
    private static final int STEPS = 24;
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);
    private static final TopicPartition A1 = new TopicPartition("latents-a", 1);
    private static final TopicPartition B0 = new TopicPartition("latents-b", 0);

    private final Meters meters = new Meters();
    private final AtomicReference<VersionedPolicy<MixturePolicy>> policy =
            new AtomicReference<>(new VersionedPolicy<>(0, Fixtures.policy()));
    private final Map<Long, FeedSnapshot> checkpoints = new HashMap<>();
    private InMemoryLog log = new InMemoryLog();

    @AfterEach
    void close() {
        meters.close();
    }

    @ParameterizedTest
    @EnumSource
    void twoRunsOfALogThatDoesNotGrowDrawTheSameInWhateverOrderItArrives(WhenDry whenDry) throws InterruptedException {
        fixedLog(whenDry);
        List<LedgerStep> atOnce = run(whenDry);

        for (long order = 0; order < 5; order++) {
            log.cutLedger(0);
            FeedSnapshot start = InMemoryLog.start(facts(whenDry, 6));

            assertThat(steps(assembler(start, log.arriving(start, order)), STEPS))
                    .isEqualTo(atOnce);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunThatIsKilledAtAnyStepDrawsTheSameAfterItWhateverHasArrived(WhenDry whenDry) throws InterruptedException {
        fixedLog(whenDry);
        List<LedgerStep> whole = run(whenDry);

        for (long checkpoint = 0; checkpoint < STEPS; checkpoint += 5) {
            for (long ledgerEnd : new long[] {checkpoint, checkpoint + 3}) { // killed after so many steps
                log.cutLedger(0);
                whole.subList(0, (int) ledgerEnd)
                        .forEach(step -> log.append(step).join());

                resume(checkpoint, log.arriving(at(checkpoint), ledgerEnd));

                assertThat(log.steps()).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WAIT")
    void aLogThatGrowsWhileARunDrawsGivesTheSameWhenItIsResumed(WhenDry whenDry) throws InterruptedException {
        log.topic("latents-a", 2, 30).topic("latents-b", 1, 10);
        FeedSnapshot start = InMemoryLog.start(facts(whenDry, 6));
        LatentQueues queues = log.arrived(start);
        BatchAssembler live = assembler(start, queues);
        checkpoints.put(0L, start);
        for (int step = 1; step <= STEPS; step++) {
            arrive(queues, step % 2 == 0 ? A0 : A1, 5);
            arrive(queues, B0, step % 3);
            checkpoints.put((long) step, live.next().after());
        }
        List<LedgerStep> whole = log.steps();
        assertThat(whole)
                .as("sources are dry at some steps and not at others")
                .anyMatch(step -> step.getSamples().stream().anyMatch(s -> s.getStays() || s.getInsteadOf() >= 0))
                .anyMatch(step -> step.getSamples().stream().noneMatch(s -> s.getStays() || s.getInsteadOf() >= 0));

        for (long checkpoint : new long[] {0, 7, 16}) {
            FeedSnapshot from = at(checkpoint); // the log holds more by now than when these steps were drawn
            BatchAssembler resumed = log.assembler(
                    from, log.recordedAfter(checkpoint), log.arriving(from, 3), policy::get, null, meters);
            for (long step = checkpoint + 1; step <= STEPS; step++) {
                assertThat(resumed.next().after()).isEqualTo(at(step));
            }
        }
        assertThat(log.steps()).isEqualTo(whole);
    }

    @Test
    void aPolicyThatHasChangedSinceIsTheRecordedOneWhereItWas() throws InterruptedException {
        fixedLog(WhenDry.REPEAT);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.REPEAT, 6));
        BatchAssembler live = assembler(start, log.arrived(start));
        drawTo(live, 5);
        MixturePolicy mostlyB =
                MixturePolicy.newBuilder().setSourceWeights(Map.of("b", 9.0)).build();
        policy.set(new VersionedPolicy<>(1, mostlyB));
        drawTo(live, 12);
        List<LedgerStep> whole = log.steps();

        MixturePolicy none = MixturePolicy.newBuilder().setCaptionDrop(1).build();
        policy.set(new VersionedPolicy<>(2, none)); // control no longer has version 1
        FeedSnapshot from = at(3L);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(3), log.arrived(from), policy::get, null, meters);
        List<TrainingBatch> batches = batches(resumed, 10);

        assertThat(batches.get(8).after()).isEqualTo(at(12L));
        assertThat(batches.get(9).policy()).isEqualTo(new VersionedPolicy<>(2L, none));
        assertThat(log.steps().subList(0, 12)).isEqualTo(whole);
        assertThat(whole.get(5).getMixture()).contains(mostlyB);
        assertThat(whole.subList(6, 12)).allSatisfy(step -> {
            assertThat(step.getMixture()).isEmpty();
            assertThat(step.getMixturePolicy()).isEqualTo(1);
        });
        assertThat(log.steps().get(12).getMixture()).contains(none);
    }

    @Test
    void aSourceThatJoinedIsReadFromItsRecordedStepOn() throws InterruptedException {
        log.topic("latents-a", 2, 100);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.REPEAT, 6));
        LatentQueues queues = log.arrived(start);
        BatchAssembler live = assembler(start, queues);
        drawTo(live, 5);
        log.topic("latents-b", 1, 40);
        queues.open(new LedgerSource("latents-b", "id-latents-b", List.of(0L), 0L));
        log.items(B0).forEach(queues::put);
        queues.atEnd(B0, true);
        drawTo(live, 12);
        List<LedgerStep> whole = log.steps();
        assertThat(whole.get(5).getOpened()).extracting(LedgerSource::getTopic).containsExactly("latents-b");

        FeedSnapshot from = at(3L);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(3), log.arriving(from, 1), policy::get, null, meters);

        assertThat(batches(resumed, 9).get(8).after()).isEqualTo(at(12L));
        assertThat(log.steps()).isEqualTo(whole);
    }

    @Test
    void changedSettingsApplyFromTheStepThatRecordsThem() throws InterruptedException {
        fixedLog(WhenDry.WAIT);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.WAIT, 6));
        drawTo(assembler(start, log.arrived(start)), 5);
        LedgerRun changed = facts(WhenDry.REDISTRIBUTE, 3);
        FeedSnapshot at = at(5L);
        drawTo(log.assembler(at, List.of(), log.arrived(at), policy::get, changed, meters), 10);
        List<LedgerStep> whole = log.steps();
        assertThat(whole.get(5).getRun()).contains(changed);
        assertThat(at(10L).sources())
                .allSatisfy(source -> assertThat(source.latents()).hasSizeLessThanOrEqualTo(3));

        FeedSnapshot from = at(2L);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(2), log.arrived(from), policy::get, null, meters);

        assertThat(batches(resumed, 8).get(7).after()).isEqualTo(at(10L));
        assertThat(log.steps()).isEqualTo(whole);
    }

    @Test
    void aLatentThatIsNotTheRecordedOneIsNamed() throws InterruptedException {
        fixedLog(WhenDry.REDISTRIBUTE);
        run(WhenDry.REDISTRIBUTE);
        RecordPosition drawn = log.steps().get(9).getSamples().stream()
                .map(sample -> new RecordPosition(
                        log.steps().get(9).getTopics().get(sample.getTopic()),
                        sample.getPartition(),
                        sample.getOffset()))
                .filter(at -> at.offset() >= next(7).getOrDefault(at.topicPartition(), 0L))
                .findFirst()
                .orElseThrow();
        log.replace(drawn, "another");
        FeedSnapshot from = at(7L);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(7), log.arrived(from), policy::get, null, meters);

        assertThatThrownBy(() -> batches(resumed, 10))
                .isInstanceOf(LostRecordsException.class)
                .hasMessageMatching(
                        "step \\d+, sample \\d: the ledger has image %s-%d-%d, caption -?\\d, of %s-%d at offset %d, the log gives image another, .*"
                                .formatted(
                                        drawn.topic(),
                                        drawn.partition(),
                                        drawn.offset(),
                                        drawn.topic(),
                                        drawn.partition(),
                                        drawn.offset()));
    }

    @Test
    void recordsThatTheLedgerHasAndTheLogDoesNotAreNamed() throws InterruptedException {
        fixedLog(WhenDry.REDISTRIBUTE);
        run(WhenDry.REDISTRIBUTE);
        log.items(A0).subList(40, log.items(A0).size()).clear();
        FeedSnapshot from = at(7L);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(7), log.arrived(from), policy::get, null, meters);

        assertThatThrownBy(() -> batches(resumed, 17))
                .isInstanceOf(LostRecordsException.class)
                .hasMessageMatching("step \\d+ took latents-a-0 up to offset \\d+, which the log no longer has");
    }

    @Test
    void aTombstoneAppliesAtTheNextStepThoughRecordsBeforeItAreUnread() throws InterruptedException {
        log.topic("latents-a", 1, 400);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.WAIT, 40));
        LatentQueues queues = log.arrived(start);
        BatchAssembler live = assembler(start, queues);
        drawTo(live, 3);
        LatentSample buffered = at(3L).sources().get(0).latents().get(0);
        String unread = "latents-a-0-200";
        for (String image : List.of(buffered.imageId(), unread)) {
            log.tombstone(A0, image);
            queues.put(log.items(A0).get(log.items(A0).size() - 1));
        }
        drawTo(live, 40);

        List<LedgerStep> whole = log.steps();
        assertThat(whole.subList(3, 40))
                .flatExtracting(LedgerStep::getSamples)
                .extracting(sample -> sample.getImage())
                .doesNotContain(buffered.imageId(), unread);
        assertThat(whole.get(3).getRemoved())
                .extracting(removal -> removal.getImage())
                .containsExactly(buffered.imageId(), unread);
        FeedSnapshot from = at(2L);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(2), log.arriving(from, 5), policy::get, null, meters);
        assertThat(batches(resumed, 38).get(37).after()).isEqualTo(at(40L));
    }

    @Test
    void aTopicThatIsGoneIsADrySourceAndSaysSoInTheLedger() throws InterruptedException {
        log.topic("latents-a", 1, 100).topic("latents-b", 1, 100);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.REDISTRIBUTE, 6));
        LatentQueues queues = log.arrived(start);
        BatchAssembler live = assembler(start, queues);
        drawTo(live, 3);

        queues.leave("latents-b");
        drawTo(live, 8);

        assertThat(log.steps().get(3).getLeft()).containsExactly("latents-b");
        assertThat(log.steps().get(7).getSamples())
                .allSatisfy(sample -> assertThat(log.steps().get(7).getTopics().get(sample.getTopic()))
                        .isEqualTo("latents-a"));
    }

    @Test
    void aTopicThatIsRecreatedIsReadFromItsBeginningAndSoItIsWhenTheRunIsResumed() throws InterruptedException {
        log.topic("latents-a", 2, 60);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.REPEAT, 6));
        LatentQueues queues = log.arrived(start);
        BatchAssembler live = assembler(start, queues);
        drawTo(live, 5);
        log.forget("latents-a");
        log.topic("latents-a", 3, 60);
        queues.leave("latents-a");
        queues.open(new LedgerSource("latents-a", "id-2", List.of(0L, 0L, 0L), 0L));
        log.putAll("latents-a", queues);
        drawTo(live, 12);
        List<LedgerStep> whole = log.steps();
        assertThat(whole.get(5).getLeft()).containsExactly("latents-a");
        assertThat(whole.get(5).getOpened())
                .extracting(LedgerSource::getTopicId)
                .containsExactly("id-2");

        FeedSnapshot from = at(6L); // the steps before took records that are gone
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(6), log.arriving(from, 1), policy::get, null, meters);

        assertThat(batches(resumed, 6).get(5).after()).isEqualTo(at(12L));
        assertThat(log.steps()).isEqualTo(whole);
    }

    /** In waiting, every partition is read to an end that comes far after the last step; else sources run dry. */
    private void fixedLog(WhenDry whenDry) {
        int scale = whenDry == WhenDry.WAIT ? 4 : 1;
        log = new InMemoryLog().topic("latents-a", 3, 120 * scale).topic("latents-b", 2, 30 * scale);
    }

    private List<LedgerStep> run(WhenDry whenDry) throws InterruptedException {
        FeedSnapshot start = InMemoryLog.start(facts(whenDry, 6));
        checkpoints.put(0L, start);
        return steps(assembler(start, log.arrived(start)), STEPS);
    }

    private void resume(long checkpoint, LatentQueues queues) throws InterruptedException {
        FeedSnapshot from = at(checkpoint);
        LedgerRun changed = log.steps().isEmpty() ? from.run() : null;
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(checkpoint), queues, policy::get, changed, meters);
        drawTo(resumed, STEPS);
    }

    private FeedSnapshot at(long step) {
        return Objects.requireNonNull(checkpoints.get(step));
    }

    private BatchAssembler assembler(FeedSnapshot start, LatentQueues queues) {
        return log.assembler(start, List.of(), queues, policy::get, start.run(), meters);
    }

    private List<LedgerStep> steps(BatchAssembler assembler, int last) throws InterruptedException {
        drawTo(assembler, last);
        return log.steps();
    }

    private void drawTo(BatchAssembler assembler, int last) throws InterruptedException {
        TrainingBatch batch;
        do {
            batch = assembler.next();
            checkpoints.put(batch.step(), batch.after());
        } while (batch.step() < last);
    }

    private static List<TrainingBatch> batches(BatchAssembler assembler, int count) throws InterruptedException {
        List<TrainingBatch> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batches.add(assembler.next());
        }
        return batches;
    }

    private void arrive(LatentQueues queues, TopicPartition at, int latents) {
        int before = log.items(at).size();
        log.append(at, latents);
        log.items(at).subList(before, before + latents).forEach(queues::put);
        queues.atEnd(at, true);
    }

    private Map<TopicPartition, Long> next(long step) {
        return SourceState.next(at(step).sources());
    }

    private static LedgerRun facts(WhenDry whenDry, int shuffle) {
        return Fixtures.facts(23, new FeedRules(BATCH, whenDry, shuffle, Math.min(3, shuffle)));
    }
}
