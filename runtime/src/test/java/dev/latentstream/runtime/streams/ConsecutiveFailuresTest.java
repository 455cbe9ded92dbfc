package dev.latentstream.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsecutiveFailuresTest {
    private final ConsecutiveFailures run = new ConsecutiveFailures(3);

    @Test
    void endsAtTheLimit() {
        assertThat(run.isTooLong("in", 0, 5)).isFalse();
        assertThat(run.isTooLong("in", 0, 6)).isFalse();
        assertThat(run.isTooLong("in", 0, 7)).isTrue();
    }

    @Test
    void skipsTheMarkerOfATransaction() {
        run.isTooLong("in", 0, 5);
        run.isTooLong("in", 0, 7);

        assertThat(run.isTooLong("in", 0, 9)).isTrue();
    }

    @Test
    void restartsAfterARecordThatDidNotFail() {
        run.isTooLong("in", 0, 5);
        run.isTooLong("in", 0, 6);

        assertThat(run.isTooLong("in", 0, 9)).isFalse();
        assertThat(run.isTooLong("in", 0, 10)).isFalse();
    }

    @Test
    void restartsWhenARecordIsReadAgain() {
        run.isTooLong("in", 0, 5);
        run.isTooLong("in", 0, 6);

        assertThat(run.isTooLong("in", 0, 6)).isFalse();
    }

    @Test
    void countsEachPartitionSeparately() {
        run.isTooLong("in", 0, 5);
        run.isTooLong("in", 1, 6);

        assertThat(run.isTooLong("in", 0, 6)).isFalse();
    }
}
