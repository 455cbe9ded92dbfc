package dev.latentstream.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsecutiveFailuresTest {
    private final ConsecutiveFailures run = new ConsecutiveFailures(3);

    @Test
    void endsAtTheLimit() {
        assertThat(run.isTooLong("in", 0, 5, "defect")).isFalse();
        assertThat(run.isTooLong("in", 0, 6, "defect")).isFalse();
        assertThat(run.isTooLong("in", 0, 7, "defect")).isTrue();
    }

    @Test
    void skipsTheMarkerOfATransaction() {
        run.isTooLong("in", 0, 5, "defect");
        run.isTooLong("in", 0, 7, "defect");

        assertThat(run.isTooLong("in", 0, 9, "defect")).isTrue();
    }

    @Test
    void restartsAfterARecordThatDidNotFail() {
        run.isTooLong("in", 0, 5, "defect");
        run.isTooLong("in", 0, 6, "defect");

        assertThat(run.isTooLong("in", 0, 9, "defect")).isFalse();
        assertThat(run.isTooLong("in", 0, 10, "defect")).isFalse();
    }

    @Test
    void restartsWhenARecordIsReadAgain() {
        run.isTooLong("in", 0, 5, "defect");
        run.isTooLong("in", 0, 6, "defect");

        assertThat(run.isTooLong("in", 0, 6, "defect")).isFalse();
    }

    @Test
    void restartsWithAnotherKindOfFailure() {
        run.isTooLong("in", 0, 5, "defect");
        run.isTooLong("in", 0, 6, "defect");

        assertThat(run.isTooLong("in", 0, 7, "other")).isFalse();
        assertThat(run.isTooLong("in", 0, 8, "other")).isFalse();
        assertThat(run.isTooLong("in", 0, 9, "other")).isTrue();
    }

    @Test
    void countsEachPartitionSeparately() {
        run.isTooLong("in", 0, 5, "defect");
        run.isTooLong("in", 1, 6, "defect");

        assertThat(run.isTooLong("in", 0, 6, "defect")).isFalse();
    }
}
