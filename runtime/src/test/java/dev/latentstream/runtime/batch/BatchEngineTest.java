package dev.latentstream.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchEngineTest extends BatchEngineFixture {
    @Test
    void aFullPollIsOneBatchAndOneTransaction() {
        add(ZERO, "a", "b", "c", "d");

        Instance instance = instance(Runnable::run, ZERO);
        instance.step(3);

        assertThat(cluster.visibleValues()).containsExactly("A", "B", "C", "D");
        assertThat(cluster.position(ZERO)).isEqualTo(4);
        assertThat(instance.producer().commitCount()).isEqualTo(1);
        assertThat(batchSizes).containsExactly(4);
    }

    @Test
    void aPartialBatchWaitsUntilItIsOldEnough() {
        add(ZERO, "a", "b");
        Instance instance = instance(Runnable::run, ZERO);
        instance.step(2);
        nanos = Duration.ofMillis(199).toNanos();
        instance.step(2);
        assertThat(cluster.visible).isEmpty();

        nanos = Duration.ofMillis(200).toNanos();
        instance.step(2);

        assertThat(cluster.visibleValues()).containsExactly("A", "B");
        assertThat(cluster.position(ZERO)).isEqualTo(2);
    }

    @Test
    void theRestOfAPollIsNotCommittedWithABatch() {
        add(ZERO, "a", "b", "c", "d", "e", "f");
        Instance instance = instance(Runnable::run, ZERO);
        instance.consumer().maxPollRecords = 6;

        instance.step(3);
        assertThat(cluster.position(ZERO)).isEqualTo(4);

        nanos = Duration.ofSeconds(1).toNanos();
        instance.step(2);
        assertThat(cluster.position(ZERO)).isEqualTo(6);
        assertThat(batchSizes).containsExactly(4, 2);
    }

    @Test
    void theConsumerIsPolledAndPausedWhileTheDeviceIsBusy() {
        add(ZERO, IntStream.range(0, 24).mapToObj(i -> "v" + i).toArray(String[]::new));
        Instance instance = instance(manual, ZERO);
        instance.step(6);
        int polls = instance.consumer().polls;

        instance.step(50);

        assertThat(instance.consumer().polls).isEqualTo(polls + 50);
        assertThat(instance.consumer().paused()).containsExactly(ZERO);
        assertThat(manual.tasks).hasSize(4); // one on the device, the others queued
        manual.workOnNext();
        instance.step(1);
        assertThat(cluster.position(ZERO)).isEqualTo(4);
        assertThat(instance.consumer().paused()).isEmpty();
    }

    @Test
    void finishedBatchesAreCommittedTogether() {
        add(ZERO, IntStream.range(0, 8).mapToObj(i -> "v" + i).toArray(String[]::new));
        add(ONE, IntStream.range(0, 4).mapToObj(i -> "w" + i).toArray(String[]::new));
        Instance instance = instance(manual, ZERO, ONE);
        instance.step(4);
        while (!manual.tasks.isEmpty()) {
            manual.workOnNext();
        }

        instance.step(1);

        assertThat(batchSizes).containsExactly(4, 4, 4);
        assertThat(instance.producer().commitCount()).isEqualTo(1);
        assertThat(cluster.visibleValues()).hasSize(12).doesNotHaveDuplicates();
        assertThat(cluster.position(ZERO)).isEqualTo(8);
        assertThat(cluster.position(ONE)).isEqualTo(4);
    }

    @Test
    void aPartialBatchIsNotSubmittedToABusyDevice() {
        add(ZERO, "a", "b", "c", "d", "e");
        Instance instance = instance(manual, ZERO);
        instance.step(2);
        nanos = Duration.ofHours(1).toNanos();
        instance.step(2);

        assertThat(manual.tasks).hasSize(1);
    }

    @Test
    void positionsPastMarkersAreCommittedAfterAWhile() {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(Runnable::run, ZERO);
        instance.step(3);
        instance.consumer().markers.put(ZERO, new OffsetAndMetadata(5));
        instance.step(2);
        assertThat(cluster.position(ZERO)).isEqualTo(4);

        nanos = Duration.ofMillis(1001).toNanos();
        instance.step(2);

        assertThat(cluster.position(ZERO)).isEqualTo(5);
        assertThat(cluster.visible).hasSize(4);
    }

    @Test
    void finishingCommitsTheCurrentBatchAndDropsQueuedOnes() {
        add(ZERO, "a", "b", "c", "d", "e", "f", "g", "h", "i");
        Instance instance = instance(manual, ZERO);
        instance.step(3);
        assertThat(manual.tasks).hasSize(2);
        manual.workOnNext();

        instance.engine().finish(Duration.ofMillis(20));
        instance.engine().close();

        assertThat(cluster.position(ZERO)).isEqualTo(4);
        assertThat(instance.consumer().closed()).isTrue();
        assertThat(instance.producer().closed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void finishingDropsABatchThatTakesTooLong(int millis) {
        add(ZERO, "a", "b", "c", "d");
        Instance instance = instance(manual, ZERO);
        instance.step(2);

        instance.engine().finish(Duration.ofMillis(millis));
        instance.engine().close();

        assertThat(cluster.visible).isEmpty();
        assertThat(cluster.position(ZERO)).isZero();
    }

    @Test
    void countsCommittedRecords() {
        add(ZERO, "a", "b", "dead", "d");
        instance(Runnable::run, ZERO).step(3);

        assertThat(meters.value(Meter.STAGE_RECEIVED, "captioning")).isEqualTo(4);
        assertThat(meters.value(Meter.STAGE_WRITTEN, "captioning")).isEqualTo(3);
        assertThat(meters.value(Meter.DLQ, "captioning", "failed")).isEqualTo(1);
        assertThat(meters.value(Meter.STAGE_BATCH_SIZE, "captioning")).isEqualTo(4);
        assertThat(cluster.visible)
                .anySatisfy(record -> assertThat(record.topic()).isEqualTo("images-dlq"));
    }
}
