package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRemoval;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that are removed while a run draws from their latents. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FeedRemovalTest {
    private static final int BATCH = 8;
    private static final int SHUFFLE = 40;
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);
    private static final String UNREAD = "latents-a-0-200";

    private final Meters meters = new Meters();
    private final InMemoryLog log = new InMemoryLog();
    private final Map<Long, FeedSnapshot> checkpoints = new HashMap<>();

    @AfterEach
    void close() {
        meters.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRemovedImageIsInNoLaterStep(WhenDry whenDry) throws InterruptedException {
        BatchAssembler live = begin(whenDry);
        draw(live, 3);
        String buffered = buffered(3);
        log.removed().add(buffered);
        log.removed().add(UNREAD);

        draw(live, 30);

        List<LedgerStep> steps = log.steps();
        assertThat(images(steps.subList(3, 30))).doesNotContain(buffered, UNREAD);
        assertThat(steps.get(3).getPurged()).extracting(LedgerRemoval::getImage).containsExactly(buffered);
        assertThat(steps)
                .flatExtracting(LedgerStep::getWithheld)
                .containsExactly(new LedgerRemoval(UNREAD, 0, 0, 200L));
        assertThat(steps).allSatisfy(step -> assertThat(step.getSamples()).hasSize(BATCH));
    }

    @ParameterizedTest
    @EnumSource
    void aResumedRunRepeatsItsStepsWhateverIsRemovedSince(WhenDry whenDry) throws InterruptedException {
        BatchAssembler live = begin(whenDry);
        draw(live, 3);
        log.removed().add(buffered(3));
        log.removed().add(UNREAD);
        draw(live, 30);
        List<LedgerStep> whole = log.steps();
        String later = buffered(30);
        log.removed().restore(UNREAD);
        log.removed().add(later);

        for (long checkpoint : new long[] {0, 2, 3, 11}) {
            FeedSnapshot from = at(checkpoint);
            BatchAssembler resumed = assembler(from, log.arriving(from, checkpoint));
            TrainingBatch last = null;
            for (long step = checkpoint + 1; step <= 30; step++) {
                last = resumed.next();
            }
            assertThat(Objects.requireNonNull(last).after()).isEqualTo(at(30));
            log.cutLedger(30);

            resumed.next();

            assertThat(log.steps().get(30).getPurged())
                    .extracting(LedgerRemoval::getImage)
                    .containsExactly(later);
            log.cutLedger(30);
        }
        assertThat(log.steps()).isEqualTo(whole);
    }

    @Test
    void aRemovalThatIsTakenBackConcernsNoLaterLatent() throws InterruptedException {
        BatchAssembler live = begin(WhenDry.REDISTRIBUTE);
        draw(live, 3);
        log.removed().add(UNREAD);
        draw(live, 10);
        log.removed().restore(UNREAD);

        draw(live, 30);

        assertThat(log.steps())
                .allSatisfy(step -> assertThat(step.getWithheld()).isEmpty());
        List<String> seen = images(log.steps());
        at(30).sources().get(0).latents().forEach(sample -> seen.add(sample.imageId()));
        assertThat(seen).contains(UNREAD);
    }

    @Test
    void aTombstoneThatIsReadWhileTheFirstSampleIsWaitedForIsRepeatedInItsPlace() throws InterruptedException {
        log.topic("latents-a", 1, 4);
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(23, new FeedRules(BATCH, WhenDry.WAIT, 6, 3)));
        LatentQueues queues = log.arrived(start);
        AtomicInteger looks = new AtomicInteger();
        Supplier<VersionedPolicy<MixturePolicy>> mixture = () -> {
            if (looks.incrementAndGet() == 3) { // four latents are in the buffer, which needs six
                log.append(A0, 40);
                log.tombstone(A0, "latents-a-0-1");
                log.items(A0).subList(4, 45).forEach(queues::put);
            }
            return new VersionedPolicy<>(0, Fixtures.policy());
        };

        FeedSnapshot after = log.assembler(start, List.of(), queues, mixture, start.run(), meters)
                .next()
                .after();

        assertThat(looks).hasValueGreaterThanOrEqualTo(3);
        assertThat(assembler(start, log.arrived(start)).next().after()).isEqualTo(after);
    }

    @Test
    void whatIsDrawnWhileAStepIsWaitingAndThenRemovedIsSkipped() throws Exception {
        log.topic("latents-a", 1, 6);
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(23, new FeedRules(BATCH, WhenDry.WAIT, 6, 3)));
        LatentQueues queues = log.arrived(start);
        FutureTask<TrainingBatch> waiting = new FutureTask<>(assembler(start, queues)::next);
        Threads.daemon("step", waiting).start();
        await().until(() -> queues.isEmpty(A0)); // the first sample is drawn, the second one waits for a seventh latent
        List<String> removed =
                IntStream.range(0, 6).mapToObj(i -> "latents-a-0-" + i).toList();
        removed.forEach(log.removed()::add);
        log.append(A0, 7);
        log.items(A0).subList(6, 13).forEach(queues::put);

        TrainingBatch batch = waiting.get();

        LedgerStep step = log.steps().get(0);
        List<Integer> drawn = IntStream.range(0, BATCH)
                .filter(i -> removed.contains(step.getSamples().get(i).getImage()))
                .boxed()
                .toList();
        assertThat(drawn).isNotEmpty();
        assertThat(step.getSkipped()).isEqualTo(drawn);
        assertThat(batch.samples())
                .hasSize(BATCH - drawn.size())
                .noneMatch(sample -> removed.contains(sample.sample().imageId()));
        removed.forEach(log.removed()::restore);
        assertThat(assembler(start, log.arrived(start)).next().samples())
                .as("a resumed run leaves out the same ones")
                .isEqualTo(batch.samples());
    }

    @Test
    void aStepOfRemovedImagesAloneTrainsNothing() throws InterruptedException, ExecutionException {
        log.topic("latents-a", 1, 6);
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(23, new FeedRules(2, WhenDry.WAIT, 6, 3)));
        LatentQueues queues = log.arrived(start);
        FutureTask<TrainingBatch> waiting = new FutureTask<>(assembler(start, queues)::next);
        Threads.daemon("step", waiting).start();
        await().until(() -> queues.isEmpty(A0));
        IntStream.range(0, 7).forEach(i -> log.removed().add("latents-a-0-" + i));
        log.append(A0, 2);
        log.items(A0).subList(6, 8).forEach(queues::put);

        TrainingBatch batch = waiting.get();

        assertThat(log.steps().get(0).getSkipped()).hasSizeGreaterThanOrEqualTo(1);
        assertThat(batch.samples()).hasSize(2 - log.steps().get(0).getSkipped().size());
        assertThat(batch.latents().count()).isEqualTo(1);
    }

    private BatchAssembler begin(WhenDry whenDry) {
        log.topic("latents-a", 1, 400);
        FeedSnapshot start = InMemoryLog.start(Fixtures.facts(23, new FeedRules(BATCH, whenDry, SHUFFLE, 3)));
        checkpoints.put(0L, start);
        return assembler(start, log.arrived(start));
    }

    private BatchAssembler assembler(FeedSnapshot from, LatentQueues queues) {
        return log.assembler(
                from,
                log.recordedAfter(from.step()),
                queues,
                () -> new VersionedPolicy<>(0, Fixtures.policy()),
                from.step() == 0 && log.steps().isEmpty() ? from.run() : null,
                meters);
    }

    private void draw(BatchAssembler assembler, int last) throws InterruptedException {
        TrainingBatch batch;
        do {
            batch = assembler.next();
            checkpoints.put(batch.step(), batch.after());
        } while (batch.step() < last);
    }

    private String buffered(long step) {
        return at(step).sources().get(0).latents().get(0).imageId();
    }

    private FeedSnapshot at(long step) {
        return Objects.requireNonNull(checkpoints.get(step));
    }

    private static List<String> images(List<LedgerStep> steps) {
        List<String> images = new ArrayList<>();
        steps.forEach(
                step -> step.getSamples().stream().map(LedgerSample::getImage).forEach(images::add));
        return images;
    }
}
