package dev.latentstream.runtime.kafka;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisplacedRecordsTest {
    private final Meters meters = new Meters();
    private final MisplacedRecords misplaced = new MisplacedRecords("join", 10, meters);

    @AfterEach
    void close() {
        meters.close();
    }

    /** Hashes of murmur2 by which Kafka's clients are tested, made positive by clearing their first bit, modulo 10. */
    @ParameterizedTest
    @CsvSource({"21, -973932308, 0", "foobar, -790332482, 6", "a-little-bit-long-string, -985981536, 2"})
    void theRightPartitionIsThatOfJavasProducer(String key, int hash, int partition) {
        assertThat((hash & 0x7fffffff) % 10).isEqualTo(partition);
        assertThat(misplaced.partition(bytes(key))).isEqualTo(partition);
    }

    @Test
    void eachMisplacedRecordIsCounted() {
        misplaced.count("captions", 3, 7);
        misplaced.count("captions", 3, 8);

        assertThat(meters.value(Meter.STAGE_MISPLACED, "join", "captions")).isEqualTo(2);
    }
}
