package dev.latentstream.trainer.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Threads;
import dev.latentstream.schemas.LedgerStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TrainingLogTest {
    private static final ConsumerGroupMetadata GROUP = new MockConsumer<>("none").groupMetadata();

    private final SilentProducer producer = new SilentProducer();
    private final SilentProducer offsetProducer = new SilentProducer();
    private final SilentProducer secondOffsetProducer = new SilentProducer();
    private final Queue<SilentProducer> offsetProducers =
            new ConcurrentLinkedQueue<>(List.of(offsetProducer, secondOffsetProducer));
    private final TrainingLog log = log(Duration.ofMinutes(1));

    private TrainingLog log(Duration patience) {
        return new TrainingLog(
                "run", "training-ledger", "training-metrics", producer, offsetProducers::remove, patience);
    }

    @Test
    void aStepIsCommittedBeforeItsPositionIsKnown() throws InterruptedException {
        log.start();
        log.continueAt(new LedgerPosition("id", -1, 0));

        LedgerPosition first = log.append(step(1)).join();
        LedgerPosition second = log.append(step(2)).join();

        assertThat(producer.transactionInFlight()).isFalse();
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(step(1), step(2));
        assertThat(producer.history()).extracting(ProducerRecord::key).containsOnly("run");
        assertThat(second).isEqualTo(new LedgerPosition("id", first.partition(), first.next() + 1));
        assertThat(second.before().next()).isEqualTo(first.next());
    }

    @Test
    void stepsThatAreAppendedDuringATransactionShareTheNextOne() throws InterruptedException {
        log.start();
        log.continueAt(new LedgerPosition("id", 0, 0));
        producer.gate = new CountDownLatch(1);
        CompletableFuture<LedgerPosition> first = log.append(step(1));
        producer.atGate.await();

        CompletableFuture<LedgerPosition> second = log.append(step(2));
        CompletableFuture<LedgerPosition> third = log.append(step(3));
        boolean isEarly = second.isDone();
        producer.gate.countDown();

        assertThat(isEarly).isFalse();
        assertThat(List.of(
                        first.join().next(), second.join().next(), third.join().next()))
                .containsExactly(1L, 2L, 3L);
        assertThat(producer.commitCount()).isEqualTo(2);
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(step(1), step(2), step(3));
    }

    /** A commit takes no time here, so that without waiting each step would have its own. */
    @Test
    void stepsThatFollowASharedTransactionAreGathered() throws InterruptedException {
        log.start();
        log.continueAt(new LedgerPosition("id", 0, 0));
        producer.gate = new CountDownLatch(1);
        List<CompletableFuture<LedgerPosition>> written = new ArrayList<>();
        written.add(log.append(step(1)));
        producer.atGate.await();
        written.add(log.append(step(2)));
        written.add(log.append(step(3)));
        producer.gate.countDown();

        for (int step = 4; step <= 50; step++) {
            written.add(log.append(step(step)));
            Thread.sleep(1);
        }

        assertThat(written.stream().map(CompletableFuture::join).map(LedgerPosition::next))
                .isSorted()
                .hasSize(50);
        assertThat(producer.commitCount()).isLessThan(2 + 47);
    }

    @Test
    void noStepIsWrittenAfterOneThatIsNot() throws InterruptedException {
        log.start();
        log.append(step(1)).join();
        producer.sendException = new RecordTooLargeException("step 2");
        CompletableFuture<LedgerPosition> failed = log.append(step(2));
        assertThatThrownBy(failed::join).hasMessageContaining("step 2");
        producer.sendException = null;

        CompletableFuture<LedgerPosition> next = log.append(step(3));

        assertThatThrownBy(next::join).hasMessageContaining("step 2");
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(step(1));
    }

    @Test
    void aStepThatIsAppendedAfterClosingIsNotWritten() throws InterruptedException {
        log.start();
        log.close();

        CompletableFuture<LedgerPosition> late = log.append(step(1));

        assertThatThrownBy(late::join).hasMessageContaining("the training ledger was closed");
    }

    @Test
    void aRunKeepsThePartitionOfItsLedger() throws InterruptedException {
        log.start();
        log.continueAt(new LedgerPosition("id", 3, 17));

        log.append(step(8)).join();

        assertThat(producer.history()).extracting(ProducerRecord::partition).containsExactly(3);
    }

    @Test
    void aTrainerWhoseRunWasTakenOverWritesNothingMore() throws InterruptedException {
        log.start();
        log.append(step(1)).join();

        producer.fenceProducer();

        assertThatThrownBy(log.append(step(2))::get)
                .cause()
                .isInstanceOf(ClusterException.class)
                .hasMessage("another trainer has taken the run run over; this one writes nothing more");
        assertThat(producer.history()).hasSize(1);
    }

    /** A broker may answer so a commit during which the producer is fenced. */
    @Test
    void nothingIsWrittenAfterACommitWhoseOutcomeIsUnknown() throws InterruptedException {
        log.start();
        producer.commitTransactionException = new KafkaException("Unhandled error in EndTxnResponse");

        CompletableFuture<LedgerPosition> unknown = log.append(step(1));
        assertThatThrownBy(unknown::join)
                .hasCauseInstanceOf(ClusterException.class)
                .hasMessageContaining("the cluster did not say whether it committed what the run run wrote");
        producer.commitTransactionException = null;

        assertThatThrownBy(log.append(step(2))::join).hasMessageContaining("the cluster did not say");
        assertThatThrownBy(log.commit(offsets(7), GROUP)::join).hasMessageContaining("the cluster did not say");
        assertThat(producer.history()).isEmpty();
        assertThat(offsetProducer.consumerGroupOffsetsHistory()).isEmpty();
    }

    @Test
    void aCommitThatTimesOutIsRepeatedAndWritesItsStepOnce() throws InterruptedException {
        log.start();
        producer.silences.set(3);

        log.append(step(1)).join();

        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(step(1));
        assertThat(producer.silences).hasValue(0);
    }

    @Test
    void aStartThatTimesOutIsRepeated() throws InterruptedException {
        producer.silences.set(2);

        log.start();

        assertThat(producer.transactionInitialized()).isTrue();
    }

    @Test
    void aClusterThatIsSilentForLongerThanThePatienceEndsTheRun() {
        TrainingLog impatient = log(Duration.ofNanos(1));
        producer.silences.set(Integer.MAX_VALUE);

        assertThatThrownBy(impatient::start).hasMessage("the training ledger cannot be written: no answer");
    }

    @Test
    void theOffsetsOfTheGroupAreCommittedInATransaction() throws InterruptedException {
        log.start();

        log.commit(offsets(7), GROUP).join();

        assertThat(offsetProducer.consumerGroupOffsetsHistory()).containsExactly(Map.of(GROUP.groupId(), offsets(7)));
    }

    @Test
    void aTrainerWhoseRunWasTakenOverCommitsNoOffsets() throws InterruptedException {
        log.start();
        log.append(step(1)).join();
        producer.fenceProducer();
        offsetProducer.fenceProducer();

        assertThatThrownBy(log.commit(offsets(7), GROUP)::join).hasCauseInstanceOf(ProducerFencedException.class);
        log.commit(offsets(7), GROUP).join();

        assertThat(offsetProducer.consumerGroupOffsetsHistory()).isEmpty();
        assertThat(offsetProducers)
                .as("producers that would fence the other trainer")
                .containsExactly(secondOffsetProducer);
    }

    /** A trainer that was taken over after its last transaction, but before it replaced its producer, fences the one of the other. */
    @Test
    void aTrainerThatStillHasItsRunReplacesAProducerThatWasFenced() throws InterruptedException {
        log.start();
        offsetProducer.fenceProducer();
        assertThatThrownBy(log.commit(offsets(7), GROUP)::join).hasCauseInstanceOf(ProducerFencedException.class);

        log.append(step(1)).join();
        log.commit(offsets(8), GROUP).join();

        assertThat(secondOffsetProducer.consumerGroupOffsetsHistory())
                .containsExactly(Map.of(GROUP.groupId(), offsets(8)));
    }

    /** The producer retries an offset of a topic that was deleted, and can neither commit nor abort meanwhile. */
    @Test
    void noStepWaitsForOffsetsThatCannotBeCommitted() throws InterruptedException {
        log.start();
        offsetProducer.gate = new CountDownLatch(1);
        CompletableFuture<Void> stuck = log.commit(offsets(7), GROUP);
        offsetProducer.atGate.await();

        log.append(step(1)).join();

        assertThat(stuck).isNotDone();
        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(step(1));
        log.close();
        assertThat(offsetProducer.closed()).isTrue();
    }

    @Test
    void aProducerWhoseOffsetsWereRefusedIsClosedBeforeAnotherCommits() throws InterruptedException {
        log.start();
        offsetProducer.sendOffsetsToTransactionException = new GroupAuthorizationException("group");
        assertThatThrownBy(log.commit(offsets(7), GROUP)::join).hasCauseInstanceOf(GroupAuthorizationException.class);

        log.append(step(1)).join();
        log.commit(offsets(8), GROUP).join();

        assertThat(offsetProducer.closed()).isTrue();
        assertThat(secondOffsetProducer.consumerGroupOffsetsHistory())
                .containsExactly(Map.of(GROUP.groupId(), offsets(8)));
    }

    /** As one whose access lists do not allow the transactional id of the offsets. */
    @Test
    void aClusterThatRefusesTheProducerOfTheOffsetsDoesNotEndTheRun() throws InterruptedException {
        offsetProducer.initTransactionException = new TransactionalIdAuthorizationException("run.offsets");

        log.start();
        log.append(step(1)).join();

        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(step(1));
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(long offset) {
        return Map.of(new TopicPartition("latents-a", 0), new OffsetAndMetadata(offset, "step 1"));
    }

    @Test
    void anInterruptOfTheCallerLeavesTheTransactionWhole() throws InterruptedException {
        log.start();
        producer.gate = new CountDownLatch(1);
        FutureTask<LedgerPosition> appending =
                new FutureTask<>(() -> log.append(step(1)).get());
        Thread caller = Threads.daemon("caller", appending);
        caller.start();
        producer.atGate.await();

        caller.interrupt();

        assertThatThrownBy(appending::get).hasCauseInstanceOf(InterruptedException.class);
        producer.gate.countDown();
        await().untilAsserted(() -> assertThat(producer.history()).hasSize(1));
        log.append(step(2)).join();
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void closingEndsTheWaitForACluster() throws InterruptedException {
        producer.silences.set(Integer.MAX_VALUE);
        FutureTask<String> starting = new FutureTask<>(() -> {
            log.start();
            return "started";
        });
        Threads.daemon("starting", starting).start();
        await().until(() -> producer.silences.get() < Integer.MAX_VALUE - 2);

        log.close();

        assertThatThrownBy(starting::get).hasMessageContaining("the training ledger cannot be written");
    }

    private static LedgerStep step(long number) {
        return LedgerStep.newBuilder()
                .setStep(number)
                .setTopics(List.of())
                .setSamples(List.of())
                .setMixturePolicy(0)
                .build();
    }

    /** A producer whose cluster does not answer a number of times, or not before a gate opens. */
    private static final class SilentProducer extends MockProducer<String, SpecificRecord> {
        private final AtomicInteger silences = new AtomicInteger();
        private final CountDownLatch atGate = new CountDownLatch(1);
        private volatile CountDownLatch gate = new CountDownLatch(0);

        SilentProducer() {
            super(true, null, new StringSerializer(), (topic, value) -> new byte[0]);
        }

        @Override
        public void initTransactions() {
            answer();
            super.initTransactions();
        }

        @Override
        public void commitTransaction() {
            answer();
            try {
                atGate.countDown();
                gate.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            super.commitTransaction();
        }

        private void answer() {
            if (silences.get() > 0) {
                silences.decrementAndGet();
                throw new TimeoutException("no answer");
            }
        }
    }
}
