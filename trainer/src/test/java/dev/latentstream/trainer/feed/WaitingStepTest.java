package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A step that waits for a source with some of its samples drawn, while the run turns away from what it waits for. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class WaitingStepTest {
    private static final int BATCH = 8;

    private final Meters meters = new Meters();
    private final AtomicReference<VersionedPolicy<MixturePolicy>> policy =
            new AtomicReference<>(new VersionedPolicy<>(0, Fixtures.policy()));
    private final FeedSnapshot start = InMemoryLog.start(Fixtures.facts(23, new FeedRules(BATCH, WhenDry.WAIT, 6, 3)));
    private final List<FeedSnapshot> after = new CopyOnWriteArrayList<>();
    private final InMemoryLog log = new InMemoryLog();
    private @Nullable Thread drawer;

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aSourceThatLosesItsWeightIsNoLongerWaitedFor() throws Exception {
        log.topic("latents-a", 1, 15).topic("latents-b", 1, 200);
        LatentQueues queues = log.arrived(start);
        FutureTask<Void> drawing = draw(queues, 12);
        awaitShortage(queues);

        policy.set(new VersionedPolicy<>(
                1,
                MixturePolicy.newBuilder()
                        .setDefaultWeight(1)
                        .setSourceWeights(Map.of("a", 0.0))
                        .build()));
        drawing.get();

        int last = shortStep();
        assertThat(log.steps().get(last).getMixturePolicy()).isZero();
        LedgerStep next = log.steps().get(last + 1);
        assertThat(next.getMixturePolicy()).isEqualTo(1);
        assertThat(next.getSamples()).hasSize(BATCH);
        assertThat(next.getTopics()).containsExactly("latents-b");
        assertResumesTheSame(0);
    }

    @Test
    void aTopicThatIsRecreatedIsReadFromTheNextStepOn() throws Exception {
        log.topic("latents-a", 1, 35);
        LatentQueues queues = log.arrived(start);
        FutureTask<Void> drawing = draw(queues, 8);
        awaitShortage(queues);

        log.forget("latents-a");
        log.topic("latents-a", 2, 60);
        queues.leave("latents-a");
        queues.open(new LedgerSource("latents-a", "id-2", List.of(0L, 0L), 0L));
        log.putAll("latents-a", queues);
        drawing.get();

        int last = shortStep();
        assertThat(log.steps().get(last).getTaken()).allMatch(take -> take.getPartition() == 0 && take.getStart() > 20);
        LedgerStep next = log.steps().get(last + 1);
        assertThat(next.getLeft()).containsExactly("latents-a");
        assertThat(next.getOpened()).extracting(LedgerSource::getTopicId).containsExactly("id-2");
        assertThat(next.getTaken()).anyMatch(take -> take.getStart() == 0);
        assertResumesTheSame(last + 2);
    }

    private FutureTask<Void> draw(LatentQueues queues, int steps) {
        BatchAssembler assembler = log.assembler(start, List.of(), queues, policy::get, start.run(), meters);
        FutureTask<Void> drawing = new FutureTask<>(() -> {
            for (int i = 0; i < steps; i++) {
                after.add(assembler.next().after());
            }
            return null;
        });
        Thread thread = Threads.daemon("drawing", drawing);
        drawer = thread;
        thread.start();
        return drawing;
    }

    /** Waits until a step waits for more of the first source: its latents are all taken, and those of the other source have all arrived. */
    private void awaitShortage(LatentQueues queues) {
        await().until(() -> queues.isEmpty(new TopicPartition("latents-a", 0))
                && Objects.requireNonNull(drawer).getState() == Thread.State.TIMED_WAITING);
    }

    /** Returns the index of the step that ended with some of its samples. */
    private int shortStep() {
        List<LedgerStep> steps = log.steps();
        List<Integer> sizes =
                steps.stream().map(step -> step.getSamples().size()).toList();
        assertThat(sizes).filteredOn(size -> size < BATCH).hasSize(1).allMatch(size -> size > 0);
        for (int i = 0; i < sizes.size(); i++) {
            if (sizes.get(i) < BATCH) {
                return i;
            }
        }
        throw new IllegalStateException();
    }

    private void assertResumesTheSame(int checkpoint) throws InterruptedException {
        List<LedgerStep> whole = log.steps();
        FeedSnapshot from = checkpoint == 0 ? start : after.get(checkpoint - 1);
        BatchAssembler resumed =
                log.assembler(from, log.recordedAfter(checkpoint), log.arriving(from, 7), policy::get, null, meters);
        List<FeedSnapshot> again = new ArrayList<>();
        for (int i = checkpoint; i < whole.size(); i++) {
            again.add(resumed.next().after());
        }
        assertThat(again).isEqualTo(after.subList(checkpoint, whole.size()));
        assertThat(log.steps()).isEqualTo(whole);
    }
}
