package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.djl.ndarray.types.DataType;
import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.image.StoredLatents;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.InterruptedClose;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
        try (BatchPrefetch prefetch = new BatchPrefetch(this::written, 1, 1)) {
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
        try (BatchPrefetch prefetch = new BatchPrefetch(this::written, 1, 1)) {
            prefetch.start();

            prefetch.take();

            assertThat(started.take()).isEqualTo(1);
            assertThat(started.take()).isEqualTo(2); // nobody has asked for it yet
        }
    }

    @Test
    void aBatchIsHandedOutOnceItsStepIsWritten() throws Exception {
        CompletableFuture<TrainingBatch> written = new CompletableFuture<>();
        try (BatchPrefetch prefetch = new BatchPrefetch(() -> unwritten(written), 1, 1)) {
            prefetch.start();
            FutureTask<Optional<TrainingBatch>> taken = new FutureTask<>(prefetch::take);
            Threads.daemon("training", taken).start();
            started.take();
            started.take(); // it is waited for
            boolean isEarly = taken.isDone();
            written.complete(batch());

            assertThat(isEarly).isFalse();
            assertThat(taken.get()).isPresent();
        }
    }

    @Test
    void theBatchAfterTheOneThatIsWaitedForIsDrawnWhileThatIsBeingWritten() throws Exception {
        CompletableFuture<TrainingBatch> written = new CompletableFuture<>();
        try (BatchPrefetch prefetch = new BatchPrefetch(() -> unwritten(written), 1, 1)) {
            prefetch.start();
            awaitIdle();
            assertThat(started).hasSize(1); // nobody waits
            FutureTask<Optional<TrainingBatch>> taken = new FutureTask<>(prefetch::take);
            Threads.daemon("training", taken).start();
            await().until(() -> started.size() == 2);
            awaitIdle();
            assertThat(started).hasSize(2);

            written.complete(batch());
            taken.get();
            started.clear();
            awaitIdle();
            assertThat(started).isEmpty(); // it is one ahead

            prefetch.take();
            assertThat(started.take()).isNotNull();
        }
    }

    @Test
    void asManyBatchesAreDrawnAheadAsAreSet() {
        try (BatchPrefetch prefetch = new BatchPrefetch(this::written, 8, 8)) {
            prefetch.start();

            await().until(() -> started.size() == 8);
            awaitIdle();

            assertThat(started).hasSize(8);
        }
    }

    /** Each step is written within 8 units of time, and trains for 2, later for 100. */
    @Test
    void asManyMoreAreDrawnAheadAsTrainWhileAStepIsWritten() throws Exception {
        AtomicLong clock = new AtomicLong();
        BlockingQueue<CompletableFuture<TrainingBatch>> unwritten = new LinkedBlockingQueue<>();
        BlockingQueue<Long> drawnAt = new LinkedBlockingQueue<>();
        try (BatchPrefetch prefetch = new BatchPrefetch(
                () -> {
                    CompletableFuture<TrainingBatch> written = new CompletableFuture<>();
                    drawnAt.add(clock.get());
                    unwritten.add(written);
                    return unwritten(written);
                },
                1,
                100,
                clock::get)) {
            Consumer<Integer> pass = time -> {
                awaitIdle();
                long now = clock.addAndGet(time);
                while (!unwritten.isEmpty() && drawnAt.element() <= now - 8) {
                    drawnAt.remove();
                    unwritten.remove().complete(batch());
                }
            };
            prefetch.start();
            for (int i = 0; i < 60; i++) {
                FutureTask<Optional<TrainingBatch>> next = new FutureTask<>(prefetch::take);
                Thread training = Threads.daemon("training", next);
                training.start();
                await().until(() -> next.isDone() || training.getState() == Thread.State.TIMED_WAITING);
                while (steps == i) { // no batch is ready
                    pass.accept(2);
                }
                next.get();
                pass.accept(2);
            }
            awaitIdle();
            assertThat(drawnAhead(60)).isEqualTo(8); // what trains in two transactions

            for (int i = 0; i < 20; i++) {
                prefetch.take();
                pass.accept(8);
                pass.accept(92);
            }
            awaitIdle();
            assertThat(drawnAhead(80)).isEqualTo(1);
        }
    }

    private int drawnAhead(int taken) {
        return (int) started.stream().filter(step -> step == 0).count() - taken;
    }

    @Test
    void aFailureOfTheLedgerReachesTheCallerOfTake() {
        try (BatchPrefetch prefetch =
                new BatchPrefetch(() -> CompletableFuture.failedFuture(new IllegalStateException("fenced")), 1, 1)) {
            prefetch.start();

            assertThatThrownBy(prefetch::take).hasMessage("no more batches: fenced");
        }
    }

    @Test
    void aFailureOfTheAssemblyReachesTheCallerOfTake() {
        try (BatchPrefetch prefetch = new BatchPrefetch(
                () -> {
                    throw new IllegalStateException("offset 7 is gone");
                },
                1,
                1)) {
            prefetch.start();

            assertThatThrownBy(prefetch::take).hasMessageContaining("offset 7 is gone");
        }
    }

    @Test
    void stopEndsAWaitForABatch() throws InterruptedException {
        try (BatchPrefetch prefetch = new BatchPrefetch(
                () -> {
                    started.add(0L);
                    new LinkedBlockingQueue<>().take(); // for ever
                    return written();
                },
                1,
                1)) {
            prefetch.start();
            started.take();

            prefetch.stop();

            assertThat(prefetch.take()).isEmpty();
        }
    }

    @Test
    void closingWaitsForTheCurrentBatchEvenIfInterrupted() throws InterruptedException {
        CountDownLatch encoded = new CountDownLatch(1);
        BatchPrefetch prefetch = new BatchPrefetch(
                () -> {
                    started.add(0L);
                    awaitUninterruptibly(encoded); // as native code does
                    return written();
                },
                1,
                1);
        prefetch.start();
        started.take();

        InterruptedClose close = InterruptedClose.start(prefetch::close, () -> encoded.getCount() == 0);
        encoded.countDown();

        assertThat(close.wasDoneWhenItReturned()).isTrue();
    }

    /** Waits until the drawing thread is idle: it may not draw at present. */
    private static void awaitIdle() {
        await().atMost(Duration.ofSeconds(50))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals("trainer-batches"))
                        .filter(thread -> Arrays.stream(thread.getValue()).anyMatch(BatchPrefetchTest::isIdle))
                        .anyMatch(thread -> thread.getKey().getState() == Thread.State.WAITING));
    }

    private static boolean isIdle(StackTraceElement frame) {
        return frame.getClassName().equals(BatchPrefetch.class.getName())
                && frame.getMethodName().equals("awaitTurn");
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

    private CompletableFuture<TrainingBatch> unwritten(CompletableFuture<TrainingBatch> written) {
        started.add(0L);
        return written;
    }

    private CompletableFuture<TrainingBatch> written() {
        return CompletableFuture.completedFuture(batch());
    }

    private TrainingBatch batch() {
        steps++;
        started.add(steps);
        StoredLatents latents = new StoredLatents(List.of(ByteBuffer.allocate(4 * 32)), DataType.FLOAT32, 2, 4, 4);
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
