package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchAssemblerTest {
    private static final TopicPartition A = new TopicPartition("latents-a", 0);
    private static final TopicPartition B = new TopicPartition("latents-b", 0);

    private static final int BATCH = 8;

    private final Meters meters = new Meters();
    private final InMemoryLog log = new InMemoryLog();
    private final AtomicReference<VersionedPolicy<MixturePolicy>> policy =
            new AtomicReference<>(new VersionedPolicy<>(0, Fixtures.policy()));

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aBatchContainsTheLatentsAndTextsOfItsSamples() throws InterruptedException {
        TrainingBatch batch = assembler(WhenDry.WAIT, arrived(40)).next();

        assertThat(batch.step()).isEqualTo(1);
        assertThat(batch.latents().count()).isEqualTo(8);
        assertThat(batch.conditioning().text().captions()).isEqualTo(8);
        assertThat(batch.conditioning().sizes()).hasSize(8).containsOnly(Fixtures.SIZE);
        for (int i = 0; i < 8; i++) {
            ChosenSample sample = batch.samples().get(i);
            assertThat(TensorBytes.decode(batch.latents().elements().get(i), Fixtures.FORMAT.type()))
                    .hasSize(Fixtures.FORMAT.size())
                    .isEqualTo(sample.sample().values());
            assertThat(batch.conditioning().text().length(i))
                    .isEqualTo(sample.text().isEmpty() ? 1 : 3);
        }
    }

    @Test
    void aNewPolicyAppliesFromTheNextBatch() throws InterruptedException {
        BatchAssembler assembler = assembler(WhenDry.REPEAT, arrived(40));
        TrainingBatch before = assembler.next();

        MixturePolicy onlyB = MixturePolicy.newBuilder()
                .setDefaultWeight(0)
                .setSourceWeights(Map.of("b", 1.0))
                .build();
        policy.set(new VersionedPolicy<>(4, onlyB));
        TrainingBatch after = assembler.next();

        assertThat(before.policy().version()).isZero();
        assertThat(before.samples()).extracting(ChosenSample::source).contains("a", "b");
        assertThat(after.policy().version()).isEqualTo(4);
        assertThat(after.samples()).extracting(ChosenSample::source).containsOnly("b");
    }

    @Test
    void aSlowSourceThatRepeatsKeepsItsShare() throws InterruptedException {
        LatentQueues queues = arrived(4);
        for (long offset = 4; offset < 400; offset++) {
            queues.put(new Accepted(Fixtures.sample(A, offset)));
        }
        queues.atEnd(A, true);
        BatchAssembler assembler = assembler(WhenDry.REPEAT, queues);
        policy.set(new VersionedPolicy<>(
                1, MixturePolicy.newBuilder().setSourceWeights(Map.of("b", 3.0)).build()));

        int ofB = 0;
        for (int step = 0; step < 50; step++) {
            ofB += (int) assembler.next().samples().stream()
                    .filter(s -> s.source().equals("b"))
                    .count();
        }

        assertThat(ofB / 400.0).isCloseTo(0.75, within(4 * Math.sqrt(0.75 * 0.25 / 400)));
        assertThat(meters.value(Meter.TRAINER_DRY, "b", "repeated")).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void noBatchIsAssembledFromBufferedLatentsOnceReadingHasFailed(WhenDry whenDry) throws InterruptedException {
        LatentQueues queues = arrived(40);
        BatchAssembler assembler = assembler(whenDry, queues);
        assembler.next();

        queues.fail(new LostRecordsException("latents-a-0: 40 records lost"));

        assertThatThrownBy(assembler::next)
                .hasMessage("latents are no longer read: latents-a-0: 40 records lost")
                .hasCauseInstanceOf(LostRecordsException.class);
    }

    @Test
    void otherSourcesTakeThePlaceOfADryOne() throws InterruptedException {
        LatentQueues queues = arrived(40);
        queues.open(new LedgerSource("latents-empty", "id", List.of(0L), 0L));
        queues.atEnd(new TopicPartition("latents-empty", 0), true);
        BatchAssembler assembler = assembler(WhenDry.REDISTRIBUTE, queues);

        TrainingBatch batch = assembler.next();

        assertThat(batch.samples()).extracting(ChosenSample::source).containsOnly("a", "b");
        assertThat(meters.value(Meter.TRAINER_DRY, "empty", "redistributed")).isPositive();
    }

    @Test
    void theLedgerHasTheEventsAndTheSamplesOfAStepBeforeItsBatchIsReturned() throws InterruptedException {
        TrainingBatch batch = assembler(WhenDry.REPEAT, arrived(40)).next();

        LedgerStep step = log.steps().get(0);
        assertThat(log.steps()).hasSize(1);
        assertThat(step.getStep()).isEqualTo(1);
        assertThat(step.getTopics()).containsExactlyInAnyOrder("latents-a", "latents-b");
        assertThat(step.getRun()).contains(batch.after().run());
        assertThat(step.getMixture()).contains(Fixtures.policy());
        assertThat(step.getOpened())
                .containsExactly(
                        new LedgerSource("latents-a", "id-latents-a", List.of(0L), 0L),
                        new LedgerSource("latents-b", "id-latents-b", List.of(0L), 0L));
        for (int i = 0; i < BATCH; i++) {
            LedgerSample entry = step.getSamples().get(i);
            RecordPosition position = batch.samples().get(i).sample().position();
            assertThat(new RecordPosition(
                            step.getTopics().get(entry.getTopic()), entry.getPartition(), entry.getOffset()))
                    .isEqualTo(position);
            assertThat(entry.getCaption()).isEqualTo(batch.samples().get(i).caption());
        }
        long read = step.getTaken().stream()
                .mapToLong(taken -> taken.getEnd() - taken.getStart())
                .sum();
        assertThat(read)
                .isEqualTo(SourceState.next(batch.after().sources()).values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    @Test
    void theLedgerSaysWhereADrySourceIsRepeatedAndWhereItIsReplaced() throws InterruptedException {
        assembler(WhenDry.REPEAT, arrived(4)).next();
        assertThat(log.steps().get(0).getSamples()).allSatisfy(sample -> {
            assertThat(sample.getStays()).isTrue();
            assertThat(sample.getInsteadOf()).isEqualTo(-1);
        });

        LatentQueues queues = arrived(40);
        queues.open(new LedgerSource("latents-empty", "id", List.of(0L), 0L));
        queues.atEnd(new TopicPartition("latents-empty", 0), true);
        assembler(WhenDry.REDISTRIBUTE, queues).next();

        LedgerStep replaced = log.steps().get(1);
        assertThat(replaced.getSamples()).noneMatch(LedgerSample::getStays);
        assertThat(replaced.getSamples().stream()
                        .filter(sample -> sample.getInsteadOf() >= 0)
                        .map(sample -> replaced.getTopics().get(sample.getInsteadOf())))
                .isNotEmpty()
                .containsOnly("latents-empty");
    }

    @Test
    void aSourceWithoutWeightIsNotRead() throws InterruptedException {
        policy.set(new VersionedPolicy<>(
                1, MixturePolicy.newBuilder().setSourceWeights(Map.of("b", 0.0)).build()));
        LatentQueues queues = arrived(40);

        TrainingBatch batch = assembler(WhenDry.WAIT, queues).next();

        assertThat(queues.isWanted("latents-a")).isTrue();
        assertThat(queues.isWanted("latents-b")).isFalse();
        assertThat(batch.sources()).containsExactlyInAnyOrder("a", "b");
        assertThat(SourceState.next(batch.after().sources())).containsEntry(B, 0L);
    }

    @Test
    void aPolicyThatGivesWeightToNoSourceIsReplacedByTheNextOneWhileItIsWaitedFor() throws Exception {
        policy.set(new VersionedPolicy<>(
                1,
                MixturePolicy.newBuilder()
                        .setDefaultWeight(0)
                        .setSourceWeights(Map.of("unknown", 1.0))
                        .build()));
        LatentQueues queues = arrived(40);
        BatchAssembler assembler = assembler(WhenDry.WAIT, queues);
        FutureTask<TrainingBatch> batch = new FutureTask<>(assembler::next);
        Threads.daemon("waiting", batch).start();

        policy.set(new VersionedPolicy<>(2, Fixtures.policy()));

        assertThat(batch.get().policy().version()).isEqualTo(2);
        assertThat(log.steps().get(0).getMixturePolicy()).isEqualTo(2);
    }

    /** Two topics of one partition with as many latents. */
    private LatentQueues arrived(int latents) {
        InMemoryLog filled = new InMemoryLog().topic(A.topic(), 1, latents).topic(B.topic(), 1, latents);
        return filled.arrived(InMemoryLog.start(facts(WhenDry.WAIT)));
    }

    private static LedgerRun facts(WhenDry whenDry) {
        return Fixtures.facts(23, new FeedRules(BATCH, whenDry, 6, 3));
    }

    private BatchAssembler assembler(WhenDry whenDry, LatentQueues queues) {
        FeedSnapshot start = InMemoryLog.start(facts(whenDry));
        return log.assembler(start, List.of(), queues, policy::get, start.run(), meters);
    }
}
