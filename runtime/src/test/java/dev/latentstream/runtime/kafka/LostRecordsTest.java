package dev.latentstream.runtime.kafka;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LostRecordsTest {
    private static final TopicPartition ZERO = new TopicPartition("images-raw", 0);

    private final Meters meters = new Meters();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void deletedRecordsStopTheStageWithTheirNumber() {
        at(100, 300, 400);

        assertThatThrownBy(() -> poll(false))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageStartingWith(
                        "200 records were deleted before ingest read them (images-raw-0 offsets 100 to 299);"
                                + " start it with --skip-lost");
        assertThat(meters.value(Meter.STAGE_LOST, "ingest", "images-raw")).isEqualTo(200);
    }

    @Test
    void deletedRecordsAreCountedAndSkippedIfTheStageIsToldTo() {
        at(100, 300, 400);
        consumer.addRecord(new ConsumerRecord<>("images-raw", 0, 300, bytes("a"), bytes("a")));

        assertThat(poll(true).count()).isZero();
        assertThat(poll(true).count()).isEqualTo(1);
        assertThat(meters.value(Meter.STAGE_LOST, "ingest", "images-raw")).isEqualTo(200);
    }

    @Test
    void aTopicThatWasRecreatedIsReadFromItsBeginning() {
        at(100, 0, 5);

        assertThat(poll(false).count()).isZero();

        assertThat(consumer.position(ZERO)).isZero();
        assertThat(meters.value(Meter.STAGE_LOST, "ingest", "images-raw")).isZero();
    }

    @Test
    void aGroupWithoutOffsetsStartsAtTheBeginningAndLosesNothing() {
        consumer.assign(Set.of(ZERO));
        consumer.updateBeginningOffsets(Map.of(ZERO, 7L));
        consumer.updateEndOffsets(Map.of(ZERO, 9L));

        assertThat(poll(false).count()).isZero();

        assertThat(consumer.position(ZERO)).isEqualTo(7);
        assertThat(meters.value(Meter.STAGE_LOST, "ingest", "images-raw")).isZero();
    }

    private void at(long position, long start, long end) {
        consumer.assign(Set.of(ZERO));
        consumer.updateBeginningOffsets(Map.of(ZERO, start));
        consumer.updateEndOffsets(Map.of(ZERO, end));
        consumer.seek(ZERO, position);
        if (position < start || position > end) {
            consumer.setPollException(new OffsetOutOfRangeException(Map.of(ZERO, position)));
        }
    }

    private ConsumerRecords<byte[], byte[]> poll(boolean skip) {
        return new LostRecords("ingest", skip, false, meters).poll(consumer, () -> consumer.poll(Duration.ZERO));
    }
}
