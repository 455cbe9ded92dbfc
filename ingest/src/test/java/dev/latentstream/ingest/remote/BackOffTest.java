package dev.latentstream.ingest.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final long PROGRESS = 64 << 10;

    @Test
    void eachWaitIsTwiceTheOneBeforeUpToTheLongest() {
        BackOff backOff = new BackOff(4, FIRST, Duration.ofMillis(300));

        assertThat(backOff.afterBreakAt(0)).contains(FIRST);
        assertThat(backOff.afterBreakAt(1)).contains(Duration.ofMillis(200));
        assertThat(backOff.afterBreakAt(2)).contains(Duration.ofMillis(300));
        assertThat(backOff.afterBreakAt(3)).contains(Duration.ofMillis(300));
        assertThat(backOff.afterBreakAt(4)).as("one too many").isEmpty();
    }

    @Test
    void breaksBeforeProgressDoNotCount() {
        BackOff backOff = new BackOff(1, FIRST, FIRST);

        assertThat(backOff.afterBreakAt(1)).isPresent();
        assertThat(backOff.afterBreakAt(1 + PROGRESS)).isPresent();
        assertThat(backOff.afterBreakAt(2 * PROGRESS)).as("a byte short").isEmpty();
    }

    @Test
    void manyBreaksDoNotOverflow() {
        BackOff backOff = new BackOff(1000, FIRST, Duration.ofSeconds(60));

        for (int i = 0; i < 99; i++) {
            backOff.afterBreakAt(0);
        }

        assertThat(backOff.afterBreakAt(0)).contains(Duration.ofSeconds(60));
    }
}
