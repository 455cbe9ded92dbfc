package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.BatchAssembler.RunKey;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedSettings.WhenDry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchAssemblerTest {
    private static final TopicPartition A = new TopicPartition("latents-a", 0);
    private static final TopicPartition B = new TopicPartition("latents-b", 0);

    private static final List<String> TOPICS = List.of(A.topic(), B.topic());
    private static final RunKey RUN = new RunKey(23, 8);

    private final Meters meters = new Meters();
    private final AtomicReference<VersionedPolicy<MixturePolicy>> policy =
            new AtomicReference<>(new VersionedPolicy<>(0, Fixtures.policy()));

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aBatchContainsTheLatentsAndTextsOfItsSamples() throws InterruptedException {
        TrainingBatch batch = assembler(WhenDry.WAIT, queues(0, 40)).next();

        assertThat(batch.step()).isEqualTo(1);
        assertThat(batch.latents().values()).hasSize(8 * Fixtures.FORMAT.size());
        assertThat(batch.conditioning().text().captions()).isEqualTo(8);
        assertThat(batch.conditioning().sizes()).hasSize(8).containsOnly(Fixtures.SIZE);
        for (int i = 0; i < 8; i++) {
            ChosenSample sample = batch.samples().get(i);
            assertThat(batch.latents().values()[i * Fixtures.FORMAT.size()])
                    .isEqualTo(sample.sample().values()[0]);
            assertThat(batch.conditioning().text().length(i))
                    .isEqualTo(sample.text().isEmpty() ? 1 : 3);
        }
    }

    @Test
    void aResumedRunDrawsTheSameRemainingSamples() throws InterruptedException {
        BatchAssembler uninterrupted = assembler(WhenDry.WAIT, queues(0, 200));
        uninterrupted.next();
        TrainingBatch checkpoint = uninterrupted.next();
        List<String> rest = drawn(uninterrupted, 5);

        BatchAssembler resumed = new PreloadedFeed(TOPICS, checkpoint.step(), checkpoint.after())
                .assembler(RUN, feed(WhenDry.WAIT), new Fixtures.FakeEncoder(), policy::get, meters);

        assertThat(drawn(resumed, 5)).isEqualTo(rest);
    }

    @Test
    void aNewPolicyAppliesFromTheNextBatch() throws InterruptedException {
        BatchAssembler assembler = assembler(WhenDry.REPEAT, queues(0, 40));
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
    void aPolicyWithWeightOnlyForAnUnknownSourceCanBeReplacedWhileABatchWaits() {
        MixturePolicy unknown = MixturePolicy.newBuilder()
                .setDefaultWeight(0)
                .setSourceWeights(Map.of("nosuch", 1.0))
                .build();
        policy.set(new VersionedPolicy<>(4, unknown));
        AtomicInteger reads = new AtomicInteger();
        BatchAssembler assembler = new BatchAssembler(
                RUN,
                Fixtures.FORMAT,
                feed(WhenDry.WAIT),
                new Topics(""),
                queues(0, 40),
                new Fixtures.FakeEncoder(),
                () -> {
                    reads.incrementAndGet();
                    return policy.get();
                },
                meters);
        CompletableFuture<TrainingBatch> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return assembler.next();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });

        Awaitility.await().until(() -> reads.get() > 1);
        assertThat(waiting).isNotDone();
        policy.set(new VersionedPolicy<>(5, Fixtures.policy()));

        assertThat(waiting.join().policy().version()).isEqualTo(5);
    }

    @Test
    void aSlowSourceThatRepeatsKeepsItsShare() throws InterruptedException {
        LatentQueues queues = queues(0, 4);
        for (long offset = 4; offset < 400; offset++) {
            queues.put(new Accepted(Fixtures.sample(A, offset)));
        }
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
        LatentQueues queues = queues(0, 40);
        BatchAssembler assembler = assembler(whenDry, queues);
        assembler.next();

        queues.fail(new LostRecordsException("latents-a-0: 40 records lost"));

        assertThatThrownBy(assembler::next)
                .hasMessage("latents are no longer read: latents-a-0: 40 records lost")
                .hasCauseInstanceOf(LostRecordsException.class);
    }

    @Test
    void otherSourcesTakeThePlaceOfADryOne() throws InterruptedException {
        LatentQueues queues = queues(0, 40);
        queues.open(new TopicPartition("latents-empty", 0), 0);
        BatchAssembler assembler = assembler(WhenDry.REDISTRIBUTE, queues);

        TrainingBatch batch = assembler.next();

        assertThat(batch.samples()).extracting(ChosenSample::source).containsOnly("a", "b");
        assertThat(meters.value(Meter.TRAINER_DRY, "empty", "redistributed")).isPositive();
    }

    @Test
    void theLedgerHasThePositionOfEachSample() throws InterruptedException {
        TrainingBatch batch = assembler(WhenDry.WAIT, queues(0, 40)).next();

        var ledger = batch.ledger(0.5f);

        assertThat(ledger.getStep()).isEqualTo(1);
        assertThat(ledger.getTopics()).containsExactly("latents-a", "latents-b");
        for (int i = 0; i < 8; i++) {
            var entry = ledger.getSamples().get(i);
            RecordPosition position = batch.samples().get(i).sample().position();
            assertThat(new RecordPosition(
                            ledger.getTopics().get(entry.getTopic()), entry.getPartition(), entry.getOffset()))
                    .isEqualTo(position);
            assertThat(entry.getCaption()).isEqualTo(batch.samples().get(i).caption());
        }
    }

    private static List<String> drawn(BatchAssembler assembler, int steps) throws InterruptedException {
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            TrainingBatch batch = assembler.next();
            batch.samples().forEach(s -> drawn.add(batch.step() + s.sample().imageId() + s.caption()));
        }
        return drawn;
    }

    private static LatentQueues queues(long from, long to) {
        LatentQueues queues = new LatentQueues(1000);
        for (TopicPartition at : List.of(A, B)) {
            queues.open(at, from);
            for (long offset = from; offset < to; offset++) {
                queues.put(new Accepted(Fixtures.sample(at, offset)));
            }
        }
        return queues;
    }

    private static FeedSettings feed(WhenDry whenDry) {
        return Fixtures.feed(whenDry, 6, 3);
    }

    private BatchAssembler assembler(WhenDry whenDry, LatentQueues queues) {
        return new BatchAssembler(
                RUN,
                Fixtures.FORMAT,
                feed(whenDry),
                new Topics(""),
                queues,
                new Fixtures.FakeEncoder(),
                policy::get,
                meters);
    }
}
