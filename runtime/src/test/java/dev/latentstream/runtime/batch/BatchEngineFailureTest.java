package dev.latentstream.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.batch.FakeCluster.FakeConsumer;
import dev.latentstream.runtime.batch.FakeCluster.FakeProducer;
import dev.latentstream.runtime.meters.Meter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** The guarantees when a stage is killed, fenced, disconnected or loses partitions. */
class BatchEngineFailureTest extends BatchEngineFixture {
    /** A kill: nothing in the engine catches it. */
    private static final class Kill extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void aKillAtAnyPointOfATransactionNeitherLosesNorRepeats() {
        int kills = 0;
        for (int point = 0; ; point++) {
            FakeCluster killed = new FakeCluster();
            for (String value : numbered("v", 12)) {
                killed.add(ZERO, value);
            }
            boolean wasKilled = runUntilKilledAt(point, killed);
            Instance next = instance(killed, Runnable::run, ZERO);
            next.step(8);

            assertThat(killed.visibleValues())
                    .as("killed at operation %d", point)
                    .containsExactly(numbered("V", 12));
            assertThat(killed.position(ZERO)).isEqualTo(12);
            if (!wasKilled) {
                break;
            }
            kills++;
        }
        assertThat(kills).isEqualTo(3 * (BATCH_SIZE + 3)); // begin, each send, positions, commit, of three batches
    }

    private boolean runUntilKilledAt(int point, FakeCluster killed) {
        int[] operations = {0};
        killed.beforeOperation = () -> {
            if (operations[0]++ == point) {
                throw new Kill();
            }
        };
        try {
            instance(killed, Runnable::run, ZERO).step(8);
            return false;
        } catch (Kill kill) {
            return true;
        } finally {
            killed.beforeOperation = () -> {};
        }
    }

    @Test
    void anAbortedTransactionIsReadAgain() {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(Runnable::run, ZERO);
        instance.step(2);
        instance.producer().sendOffsetsToTransactionException = new CommitFailedException();
        instance.step(1);
        assertThat(instance.producer().transactionAborted()).isTrue();
        assertThat(cluster.visible).isEmpty();

        instance.producer().sendOffsetsToTransactionException = null;
        instance.step(4);

        assertThat(cluster.visibleValues()).containsExactly("A", "B", "C", "D");
        assertThat(instance.producers()).hasSize(1);
        assertThat(meters.value(Meter.STAGE_REPEATED, "captioning", "transaction"))
                .isEqualTo(1);
    }

    @Test
    void afterAnAbortReadingContinuesFromTheLastCommit() {
        add(ZERO, numbered("v", 24));
        Instance instance = instance(Runnable::run, ZERO);
        failAtCommit(2, new CommitFailedException());

        instance.step(12);

        assertThat(cluster.visibleValues()).containsExactly(numbered("V", 24));
        assertThat(cluster.position(ZERO)).isEqualTo(24);
    }

    @Test
    void aBatchAfterAnAbortedOneIsDroppedWithIt() {
        add(ZERO, numbered("v", 8));
        Instance instance = instance(manual, ZERO);
        failAtCommit(1, new CommitFailedException());
        instance.step(3);
        assertThat(manual.tasks).hasSize(2);
        manual.workOnNext();
        manual.workOnNext();

        instance.step(4);
        manual.workOnNext();
        manual.workOnNext();
        instance.step(1);

        assertThat(cluster.visibleValues()).containsExactly(numbered("V", 8));
        assertThat(cluster.position(ZERO)).isEqualTo(8);
    }

    @Test
    void anUnknownOutcomeIsResolvedByANewProducer() {
        add(ZERO, "a", "b", "c", "d");
        add(ZERO, "e", "f", "g", "h");
        FakeConsumer consumer = cluster.consumer();
        List<FakeProducer> producers = new ArrayList<>();
        Instance instance = instance(cluster, consumer, producers, Runnable::run, ZERO);
        boolean[] timedOut = {false};
        instance.step(2);
        cluster.afterCommit = () -> {
            if (!timedOut[0]) {
                timedOut[0] = true;
                throw new TimeoutException("committed, but the answer was lost");
            }
        };

        instance.step(8);

        assertThat(cluster.visibleValues()).containsExactly("A", "B", "C", "D", "E", "F", "G", "H");
        assertThat(producers).hasSize(2);
        assertThat(producers.get(0).closed()).isTrue();
        assertThat(producers.get(1).transactionInitialized()).isTrue();
    }

    @Test
    void aFencedProducerStopsTheStage() {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(Runnable::run, ZERO);
        instance.step(2);
        instance.producer().fenceProducer();

        assertThatThrownBy(() -> instance.step(2)).isInstanceOf(ProducerFencedException.class);
        assertThat(cluster.visible).isEmpty();
        assertThat(cluster.position(ZERO)).isZero();
    }

    @Test
    void anErrorThatNoRetryResolvesStopsTheStage() {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(Runnable::run, ZERO);
        instance.step(2);
        instance.producer().commitTransactionException =
                new KafkaException("error state", new RecordTooLargeException("too large"));

        assertThatThrownBy(() -> instance.step(2)).isInstanceOf(KafkaException.class);
    }

    @Test
    void aBatchWithARevokedPartitionIsDroppedAndItsOtherRecordsRepeated() {
        add(ZERO, "a0", "b0");
        add(ONE, "a1", "b1");
        Instance first = instance(manual, ZERO, ONE);
        first.step(2);
        assertThat(manual.tasks).hasSize(1);

        first.consumer().assignAtNextPoll(ONE); // while the batch of all four is on the device
        first.step(1);
        manual.workOnNext();
        first.step(2);
        assertThat(cluster.visible).isEmpty();
        manual.workOnNext();
        first.step(1);
        assertThat(cluster.visibleValues()).containsExactly("A1", "B1");
        assertThat(cluster.position(ZERO)).isZero();

        Instance second = instance(Runnable::run, ZERO);
        second.step(2);
        nanos += Duration.ofSeconds(1).toNanos();
        second.step(2);
        assertThat(cluster.visibleValues()).containsExactly("A1", "B1", "A0", "B0");
        assertThat(meters.value(Meter.STAGE_REPEATED, "captioning", "rebalance"))
                .isEqualTo(1);
    }

    @Test
    void allBatchesOfALostPartitionAreDropped() {
        add(ZERO, numbered("v", 8));
        Instance instance = instance(manual, ZERO);
        instance.step(3);
        assertThat(manual.tasks).hasSize(2);

        instance.consumer().assignAtNextPoll(ONE);
        instance.step(1);
        manual.workOnNext();
        manual.workOnNext();
        instance.step(2);

        assertThat(cluster.visible).isEmpty();
        assertThat(cluster.position(ZERO)).isZero();
    }

    @Test
    void bufferedRecordsOfALostPartitionAreForgotten() {
        add(ZERO, "a0");
        add(ONE, "a1");
        Instance instance = instance(Runnable::run, ZERO, ONE);
        instance.step(2);

        instance.consumer().assignAtNextPoll(ONE);
        instance.step(1);
        nanos = Duration.ofSeconds(1).toNanos();
        instance.step(2);

        assertThat(cluster.visibleValues()).containsExactly("A1");
        assertThat(cluster.position(ZERO)).isZero();
    }

    @Test
    void aBatchWithoutTheLostPartitionIsKept() {
        add(ONE, "a1", "b1", "c1", "d1");
        Instance instance = instance(manual, ZERO, ONE);
        instance.step(2);

        instance.consumer().assignAtNextPoll(ONE);
        instance.step(1);
        manual.workOnNext();
        instance.step(1);

        assertThat(cluster.visibleValues()).containsExactly("A1", "B1", "C1", "D1");
        assertThat(batchSizes).containsExactly(4);
    }

    @Test
    void aReassignedPartitionIsReadFromItsCommit() {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(manual, ZERO);
        instance.step(2);
        instance.consumer().assignAtNextPoll(ONE);
        instance.step(1);
        instance.consumer().assignAtNextPoll(ZERO, ONE);
        instance.step(2);
        manual.workOnNext(); // was cancelled with its batch
        manual.workOnNext();
        instance.step(1);

        assertThat(cluster.visibleValues()).containsExactly("A", "B", "C", "D");
        assertThat(batchSizes).containsExactly(4);
    }

    @Test
    void anInfrastructureFailureStopsTheStageBeforeAnythingIsWritten() {
        add(ZERO, "a", "b", "c", "broken");
        Instance instance = instance(Runnable::run, ZERO);

        assertThatThrownBy(() -> instance.step(4))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("device lost");
        assertThat(cluster.visible).isEmpty();
        assertThat(cluster.position(ZERO)).isZero();
    }

    @Test
    void aDefectStopsTheStageAfterItsLettersAreCommitted() {
        add(ZERO, "a", "dead", "defect", "b");
        Instance instance = instance(Runnable::run, ZERO);

        assertThatThrownBy(() -> instance.step(5))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("defect");

        assertThat(cluster.visibleValues()).containsExactly("A", "B", "dead", "defect");
        assertThat(cluster.position(ZERO)).isEqualTo(4);
    }

    @Test
    void waitsForAClusterThatIsUnreachableAtTheStart() {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(Runnable::run, ZERO);
        instance.producer().initTransactionException = new TimeoutException("no broker");
        instance.step(3);
        assertThat(instance.consumer().polls).isZero();

        instance.producer().initTransactionException = null;
        instance.step(3);

        assertThat(cluster.visible).hasSize(4);
    }

    /** Fails one commit, before it takes effect. */
    private void failAtCommit(int which, KafkaException failure) {
        int[] commits = {0};
        cluster.beforeCommit = () -> {
            if (++commits[0] == which) {
                throw failure;
            }
        };
    }

    private static String[] numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
    }
}
