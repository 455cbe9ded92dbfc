package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterWatchTest {
    private static final TopicPartition RAW = new TopicPartition("images-raw", 0);
    private static final TopicPartition LATENTS = new TopicPartition("latents-a", 0);

    private final Meters meters = new Meters();
    private ClusterView.@Nullable Offsets offsets;
    private long seconds;
    private final ClusterWatch watch = new ClusterWatch(
            new ClusterView() {
                @Override
                public Offsets read() {
                    if (offsets == null) {
                        throw new TimeoutException("no answer");
                    }
                    return offsets;
                }

                @Override
                public void close() {}
            },
            new Topics(""),
            Duration.ofMinutes(2),
            meters,
            () -> TimeUnit.SECONDS.toNanos(seconds));

    @AfterEach
    void close() {
        watch.close();
        meters.close();
    }

    @Test
    void aClusterThatIsAwayIsAFailureOnlyAfterThePatience() {
        seconds = 60;
        watch.look();
        assertThat(watch.failure()).isEmpty();
        assertThat(meters.value(Meter.CLUSTER_SILENT_SECONDS)).isEqualTo(60);

        offsets = raw(5, 5);
        seconds = 70;
        watch.look();
        assertThat(meters.value(Meter.CLUSTER_SILENT_SECONDS)).isZero();

        offsets = null;
        seconds = 190;
        watch.look();
        assertThat(watch.failure()).isEmpty();
        seconds = 191;
        watch.look();
        assertThat(watch.failure().orElseThrow())
                .hasMessage("the Kafka cluster has not answered for 121 s (kafka.patience): is it running?");
    }

    @Test
    void aTransactionThatStaysOpenIsShownWithTheOffsetsThatWaitForIt() {
        offsets = raw(10, 24);
        watch.look();
        assertThat(meters.value(Meter.TRANSACTION_WAITING, "images-raw"))
                .as("a short one")
                .isZero();

        seconds = 31;
        watch.look();
        assertThat(meters.value(Meter.TRANSACTION_WAITING, "images-raw")).isEqualTo(14);

        offsets = raw(25, 25);
        watch.look();
        assertThat(meters.value(Meter.TRANSACTION_WAITING, "images-raw")).isZero();
    }

    @Test
    void transactionsThatFollowEachOtherAreNotOneThatStaysOpen() {
        for (int i = 0; i < 10; i++) {
            offsets = raw(10 + i, 24 + i);
            seconds += 10;
            watch.look();
            assertThat(meters.value(Meter.TRANSACTION_WAITING, "images-raw")).isZero();
        }
    }

    @Test
    void aSourceThatNoGroupReadsIsShown() {
        offsets = latents(Set.of("images-raw"));
        watch.look();
        assertThat(meters.value(Meter.LATENTS_UNREAD, "a")).isEqualTo(7);

        offsets = latents(Set.of("images-raw", "latents-a"));
        watch.look();
        assertThat(meters.value(Meter.LATENTS_UNREAD, "a")).isZero();
    }

    private static ClusterView.Offsets raw(long stable, long end) {
        return new ClusterView.Offsets(Map.of(RAW, 0L), Map.of(RAW, stable), Map.of(RAW, end), Set.of());
    }

    private static ClusterView.Offsets latents(Set<String> read) {
        return new ClusterView.Offsets(Map.of(LATENTS, 3L), Map.of(LATENTS, 10L), Map.of(LATENTS, 10L), read);
    }
}
