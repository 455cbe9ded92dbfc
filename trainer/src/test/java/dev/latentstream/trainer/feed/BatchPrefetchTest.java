package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.InterruptedClose;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BatchPrefetchTest {
    private final AtomicLong policy = new AtomicLong();
    private final BlockingQueue<Long> started = new LinkedBlockingQueue<>();
    private long steps;

    @Test
    void aPolicyAppliesToTheBatchAfterTheOneThatIsReady() throws InterruptedException {
        try (BatchPrefetch prefetch = new BatchPrefetch(this::batch)) {
            prefetch.start();
            started.take();
            awaitIdle();
            assertThat(started).isEmpty();
            policy.set(7);

            TrainingBatch ready = prefetch.take().orElseThrow();
            TrainingBatch next = prefetch.take().orElseThrow();

            assertThat(ready.policy().version()).isZero();
            assertThat(next.policy().version()).isEqualTo(7);
        }
    }

    @Test
    void theNextBatchIsAssembledWhileOneIsTrained() throws InterruptedException {
        try (BatchPrefetch prefetch = new BatchPrefetch(this::batch)) {
            prefetch.start();

            prefetch.take();

            assertThat(started.take()).isEqualTo(1);
            assertThat(started.take()).isEqualTo(2); // nobody has asked for it yet
        }
    }

    @Test
    void aFailureOfTheAssemblyReachesTheCallerOfTake() {
        try (BatchPrefetch prefetch = new BatchPrefetch(() -> {
            throw new IllegalStateException("offset 7 is gone");
        })) {
            prefetch.start();

            assertThatThrownBy(prefetch::take).hasMessageContaining("offset 7 is gone");
        }
    }

    @Test
    void stopEndsAWaitForABatch() throws InterruptedException {
        try (BatchPrefetch prefetch = new BatchPrefetch(() -> {
            started.add(0L);
            new LinkedBlockingQueue<>().take(); // for ever
            return batch();
        })) {
            prefetch.start();
            started.take();

            prefetch.stop();

            assertThat(prefetch.take()).isEmpty();
        }
    }

    @Test
    void closingWaitsForTheCurrentBatchEvenIfInterrupted() throws InterruptedException {
        CountDownLatch encoded = new CountDownLatch(1);
        BatchPrefetch prefetch = new BatchPrefetch(() -> {
            started.add(0L);
            awaitUninterruptibly(encoded); // as native code does
            return batch();
        });
        prefetch.start();
        started.take();

        InterruptedClose close = InterruptedClose.start(prefetch::close, () -> encoded.getCount() == 0);
        encoded.countDown();

        assertThat(close.wasDoneWhenItReturned()).isTrue();
    }

    /** Waits until the assembling thread is idle: waiting for a permit or for room in the queue. */
    private static void awaitIdle() {
        await().atMost(Duration.ofSeconds(50))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("trainer-batches"))
                        .filter(thread -> Arrays.stream(thread.getValue()).anyMatch(BatchPrefetchTest::isIdle))
                        .anyMatch(thread -> thread.getKey().getState() == Thread.State.WAITING));
    }

    private static boolean isIdle(StackTraceElement frame) {
        return frame.getClassName().equals(Semaphore.class.getName())
                || frame.getClassName().equals(ArrayBlockingQueue.class.getName());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // native code ignores it
            }
        }
    }

    private TrainingBatch batch() {
        steps++;
        started.add(steps);
        LatentBatch latents = new LatentBatch(1, 2, 4, 4, new float[32]);
        VersionedPolicy<MixturePolicy> current = new VersionedPolicy<>(policy.get(), Fixtures.policy());
        BatchConditioning conditioning =
                new BatchConditioning(new Fixtures.FakeEncoder().encode(List.of("")), List.of(Fixtures.SIZE));
        return new TrainingBatch(
                steps,
                latents,
                conditioning,
                List.of(),
                current,
                Set.of(),
                InMemoryLog.start(Fixtures.facts(1, new FeedRules(1, FeedSettings.WhenDry.WAIT, 1, 1))),
                new LedgerPosition("ledger", 0, steps));
    }
}
