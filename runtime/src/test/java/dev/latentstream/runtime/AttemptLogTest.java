package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptLogTest {
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);
    private static final String C = "c".repeat(64);

    @TempDir
    private Path folder;

    @Test
    void everythingThatWasBeingWorkedOnHasAFailureAfterADeath() {
        AttemptLog.open(folder, "w", 3).begin(List.of(A, B));

        AttemptLog next = AttemptLog.open(folder, "w", 3);

        assertThat(List.of(next.failures(A), next.failures(B), next.failures(C)))
                .containsExactly(1, 1, 0);
        AttemptLog afterwards = AttemptLog.open(folder, "w", 3);
        assertThat(afterwards.failures(A)).as("a death counts once").isEqualTo(1);
        afterwards.begin(List.of(A));
        assertThat(AttemptLog.open(folder, "w", 3).failures(A)).isEqualTo(2);
    }

    @Test
    void workThatEndedHasNoFailure() {
        AttemptLog log = AttemptLog.open(folder, "w", 3);
        log.begin(List.of(A, B, C));
        log.end();
        log.begin(List.of(C));

        AttemptLog next = AttemptLog.open(folder, "w", 3);

        assertThat(List.of(next.failures(A), next.failures(B), next.failures(C)))
                .containsExactly(0, 0, 1);
        next.forgive(C);
        assertThat(AttemptLog.open(folder, "w", 3).failures(C)).isZero();
    }

    @Test
    void aLargerBatchThanThatOfTheProcessBeforeIsNotedWhole() {
        AttemptLog.open(folder, "w", 1).begin(List.of(A));
        AttemptLog.open(folder, "w", 3).begin(List.of(A, B, C));

        AttemptLog next = AttemptLog.open(folder, "w", 1);

        assertThat(List.of(next.failures(A), next.failures(B), next.failures(C)))
                .containsExactly(2, 1, 1);
    }

    @Test
    void twoThatWorkAtOnceHaveFilesOfTheirOwn() throws IOException {
        try (AttemptLog one = AttemptLog.openFree(folder, "w", 2);
                AttemptLog other = AttemptLog.openFree(folder, "w", 2)) {
            one.begin(List.of(A));
            other.begin(List.of(B));
        }

        try (AttemptLog one = AttemptLog.openFree(folder, "w", 2);
                AttemptLog other = AttemptLog.openFree(folder, "w", 2)) {
            assertThat(List.of(one.failures(A), one.failures(B))).containsExactly(1, 0);
            assertThat(List.of(other.failures(A), other.failures(B))).containsExactly(0, 1);
        }
    }
}
