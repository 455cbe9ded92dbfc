package dev.latentstream.app.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.ledger.RunSteps.Life;
import dev.latentstream.schemas.LedgerStep;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The steps that count after lives of a run that were killed. */
class RunStepsTest {
    private final RunSteps.Builder builder = new RunSteps.Builder();
    private long offset;

    @Test
    void aRunOfOneLifeHasAllOfItsSteps() {
        write(1, 5);

        assertThat(lives()).containsExactly(new Life(1, 5, 0, 5));
    }

    @Test
    void aLaterLifeSupersedesTheStepsFromItsFirstOneOn() {
        write(1, 9);
        write(6, 8);

        assertThat(lives()).containsExactly(new Life(1, 5, 0, 9), new Life(6, 8, 9, 12));
    }

    @Test
    void aLifeThatStartsEarlierSupersedesWholeLives() {
        write(1, 9);
        write(6, 8);
        write(7, 9);
        write(4, 4);

        assertThat(lives()).containsExactly(new Life(1, 3, 0, 9), new Life(4, 4, 15, 16));
    }

    @Test
    void aLifeThatContinuesAfterTheLastStepIsNotAnother() {
        write(1, 3);
        write(4, 6);

        assertThat(lives()).containsExactly(new Life(1, 6, 0, 6));
    }

    @Test
    void aRunThatStartsAgainHasOnlyItsNewSteps() {
        write(1, 9);
        write(1, 2);

        assertThat(lives()).containsExactly(new Life(1, 2, 9, 11));
    }

    @Test
    void stepsThatAreMissingAreNoLifeOfTheirOwnRange() {
        write(5, 6);
        write(9, 9);

        assertThat(lives()).containsExactly(new Life(5, 6, 0, 2), new Life(9, 9, 2, 3));
    }

    private void write(long first, long last) {
        for (long step = first; step <= last; step++) {
            LedgerStep record = LedgerStep.newBuilder()
                    .setStep(step)
                    .setTopics(List.of())
                    .setSamples(List.of())
                    .setMixturePolicy(0)
                    .build();
            builder.add(record, offset++, 0);
        }
    }

    private Iterable<Life> lives() {
        return builder.build("r", 0).lives();
    }
}
