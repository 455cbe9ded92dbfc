package dev.latentstream.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.batch.BatchBuffer.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchBufferTest {
    private static final TopicPartition ZERO = new TopicPartition("images", 0);
    private static final TopicPartition ONE = new TopicPartition("images", 1);

    private final BatchBuffer pending = new BatchBuffer(3, Duration.ofNanos(100));

    @Test
    void isReadyWhenFullOrOldEnough() {
        assertThat(pending.isReady(1_000)).isFalse();
        assertThat(pending.nanosToReady(1_000)).isEqualTo(Long.MAX_VALUE);

        pending.add(polled(ZERO, 0, 2, 2), 1_000);
        assertThat(pending.isReady(1_099)).isFalse();
        assertThat(pending.nanosToReady(1_099)).isEqualTo(1);
        assertThat(pending.isReady(1_100)).isTrue();

        pending.add(polled(ZERO, 2, 3, 3), 1_001);
        assertThat(pending.isReady(1_001)).isTrue();
        assertThat(pending.isFull()).isTrue();
    }

    @Test
    void nanoTimeMayOverflow() {
        pending.add(polled(ZERO, 0, 1, 1), Long.MAX_VALUE - 50);

        assertThat(pending.nanosToReady(Long.MAX_VALUE - 50 + 40)).isEqualTo(60);
        assertThat(pending.isReady(Long.MIN_VALUE + 60)).isTrue();
    }

    @Test
    void commitsPastTheMarkersOnlyIfNoRecordIsLeft() {
        pending.add(polled(ZERO, 0, 2, 9), 0); // offsets 0 and 1, then markers up to 9
        pending.add(polled(ONE, 5, 7, 8), 0);

        assertThat(pending.take().positions()).isEqualTo(Map.of(ZERO, at(9), ONE, at(6)));
        assertThat(pending.take().positions()).isEqualTo(Map.of(ONE, at(8)));
        assertThat(pending.hasOnlyPositions()).isFalse();
    }

    @Test
    void doesNotCommitPartitionsWithoutProcessedRecords() {
        pending.add(polled(ZERO, 0, 3, 3), 0);
        pending.add(polled(ONE, 0, 1, 1), 0);

        assertThat(pending.take().positions()).containsOnlyKeys(ZERO);
    }

    @Test
    void putsAnUncommittedBatchBackInOrder() {
        pending.add(polled(ZERO, 0, 3, 3), 0);
        pending.add(polled(ZERO, 3, 5, 7), 0);
        Batch first = pending.take();
        Batch second = pending.take();

        pending.putBack(second, List.of(), 50);
        pending.putBack(first, List.of(), 50);

        assertThat(pending.isReady(50)).isTrue();
        assertThat(offsets(pending.take())).containsExactly(0L, 1L, 2L);
        Batch last = pending.take();
        assertThat(offsets(last)).containsExactly(3L, 4L);
        assertThat(last.positions()).isEqualTo(Map.of(ZERO, at(7)));
    }

    @Test
    void forgetsRevokedPartitions() {
        pending.add(polled(ZERO, 0, 2, 2), 0);
        pending.add(polled(ONE, 0, 3, 3), 0);
        Batch batch = pending.take();

        pending.forget(List.of(ZERO));
        pending.putBack(batch, List.of(ZERO), 0);

        Batch kept = pending.take();
        assertThat(kept.records()).allMatch(record -> record.partition() == 1).hasSize(3);
        assertThat(kept.positions()).isEqualTo(Map.of(ONE, at(3)));
    }

    private static OffsetAndMetadata at(long offset) {
        return new OffsetAndMetadata(offset);
    }

    private static List<Long> offsets(Batch batch) {
        return batch.records().stream().map(ConsumerRecord::offset).toList();
    }

    private static ConsumerRecords<byte[], byte[]> polled(TopicPartition partition, long from, long to, long position) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            records.add(
                    new ConsumerRecord<>(partition.topic(), partition.partition(), offset, new byte[0], new byte[0]));
        }
        return new ConsumerRecords<>(new HashMap<>(Map.of(partition, records)), Map.of(partition, at(position)));
    }
}
