package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.schemas.RejectionReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimedReaderTest {
    private static final byte[] ENDLESS = {1};
    private static final byte[] WAITING = {2};
    private static final byte[] FATAL = {3};
    private static final byte[] GOOD = {4};
    private static final Decoded DECODED =
            new Refused(new Refusal(RejectionReason.EMPTY, "0", "1", "stands for any outcome"));

    private volatile CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> used = new ArrayList<>();
    private final DecoderThreads threads = new DecoderThreads(new DecodingSettings(Duration.ofMillis(20), 2));
    private final TimedReader reader = new TimedReader(() -> this::decode, threads);

    @AfterEach
    void endTheAbandoned() {
        end.countDown();
        used.forEach(
                thread -> await().until(() -> !thread.isAlive() || thread.getState() == Thread.State.TIMED_WAITING));
    }

    /** Stands for native code, which no interrupt ends. */
    private Decoded decode(byte[] bytes) {
        used.add(Thread.currentThread());
        if (bytes == ENDLESS) {
            while (end.getCount() > 0) {
                Thread.onSpinWait();
            }
        } else if (bytes == WAITING) {
            try {
                end.await();
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        } else if (bytes == FATAL) {
            throw new NoClassDefFoundError("an incomplete installation");
        }
        return DECODED;
    }

    @Test
    void readsOnOneThread() {
        assertThat(reader.read(GOOD)).isSameAs(DECODED);
        assertThat(reader.read(GOOD)).isSameAs(DECODED);

        assertThat(used).hasSize(2).allMatch(thread -> thread == used.get(0)).doesNotContain(Thread.currentThread());
    }

    @Test
    void refusesAnImageThatTakesLongerThanTheLimitAndReadsTheNext() {
        Refusal refusal = ((Refused) reader.read(ENDLESS)).refusal();

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_SLOW);
        assertThat(refusal.value()).isEqualTo("more than 20 ms");
        assertThat(refusal.bound()).isEqualTo("20 ms");
        assertThat(reader.read(GOOD)).isSameAs(DECODED);
        assertThat(used.get(1)).isNotSameAs(used.get(0));
    }

    @Test
    void refusesAnImageWhoseDecoderWaitsForEver() {
        assertThat(((Refused) reader.read(WAITING)).refusal().reason()).isEqualTo(RejectionReason.TOO_SLOW);
    }

    @Test
    void stopsTheStageWhenMoreAreAbandonedThanAllowed() {
        reader.read(ENDLESS);
        new TimedReader(() -> this::decode, threads).read(WAITING); // all readers of a process count together

        assertThatThrownBy(() -> reader.read(ENDLESS))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("2 abandoned decodings still run");
    }

    @Test
    void countsAnAbandonedDecodingOnlyUntilItEnds() {
        reader.read(ENDLESS);
        reader.read(ENDLESS);
        end.countDown();
        used.forEach(thread -> await().until(() -> !thread.isAlive()));
        end = new CountDownLatch(1);

        assertThat(((Refused) reader.read(ENDLESS)).refusal().reason()).isEqualTo(RejectionReason.TOO_SLOW);
    }

    @Test
    void passesOnAnErrorOfTheEnvironment() {
        assertThatThrownBy(() -> reader.read(FATAL)).isInstanceOf(NoClassDefFoundError.class);
    }
}
