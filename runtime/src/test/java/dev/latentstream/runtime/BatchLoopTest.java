package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.Removal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of the loop is to be seen without a broker; its logic is tested as {@link BatchEngine}. */
class BatchLoopTest {
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void waitsForAClusterThatIsAwayAndClosesInTime() {
        BatchLoop<Removal> loop = loop("dev.latentstream.schemas.AvroDeserializer");
        loop.start();

        long start = System.nanoTime();
        loop.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(loop.failure()).isEmpty();
    }

    @Test
    void doesNotStartWithSettingsThatCannotWork() {
        assertThatThrownBy(() -> loop("io.example.Missing").start())
                .isInstanceOf(SettingsException.class)
                .hasMessage("kafka.deserializer: io.example.Missing is not on the class path");
    }

    @Test
    void canBeClosedWithoutAStart() {
        loop("dev.latentstream.schemas.AvroDeserializer").close();
    }

    private BatchLoop<Removal> loop(String deserializer) {
        KafkaConnection connection = new KafkaConnection(new KafkaSettings(
                "127.0.0.1:1",
                "http://127.0.0.1:1",
                "",
                1,
                (short) 1,
                new KafkaSettings().serializer(),
                deserializer,
                Map.of("max.block.ms", "200")));
        return new BatchLoop<>(
                connection,
                "captioning",
                connection.topics().removals(),
                batch -> List.of(),
                new BatchSettings(16, Duration.ofMillis(200), 50, Duration.ofSeconds(1)),
                meters);
    }
}
