package dev.latentstream.app.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.ledger.RunSteps.Life;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The steps that count after lives of a run that were killed. */
class RunStepsTest {
    private static final String TOPIC = "latents-a";

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

    /** A shuffle buffer keeps the latents of the topic before, whose offsets the present one may have as well. */
    @Test
    void aSampleIsOfTheTopicFromWhichItWasTaken() {
        take(1, 9, "old");
        take(2, 3, "new");
        take(3, 6);
        take(4, 9);
        take(4, 7); // step 4 again

        assertThat(isRecreated(2, 0, 2)).as("taken from the new one").isFalse();
        assertThat(isRecreated(2, 0, 4)).as("in the buffer since step 1").isTrue();
        assertThat(isRecreated(3, 0, 4)).isFalse();
        assertThat(isRecreated(3, 0, 8)).isTrue();
        assertThat(isRecreated(4, 0, 6)).isFalse();
        assertThat(isRecreated(4, 0, 8))
                .as("taken by a step that is superseded")
                .isTrue();
        assertThat(isRecreated(1, 0, 2)).isTrue();
    }

    private boolean isRecreated(long step, int index, long place) {
        return builder.build("r", 0)
                .isRecreated(new Place(new TopicPartition(TOPIC, 0), place), step, index, new StoredLatents() {
                    @Override
                    public Optional<String> id(String topic) {
                        return Optional.of("new");
                    }

                    @Override
                    public long beginning(TopicPartition partition) {
                        return 0;
                    }

                    @Override
                    public Map<Place, StoredLatent> read(Collection<Place> places) {
                        return Map.of();
                    }
                });
    }

    /** Writes a step that takes records up to an offset, from a topic that it opens first if it has an id. */
    private void take(long step, long end, String... opened) {
        LedgerStep record = LedgerStep.newBuilder()
                .setStep(step)
                .setTopics(List.of(TOPIC))
                .setSamples(List.of())
                .setMixturePolicy(0)
                .setOpened(Arrays.stream(opened)
                        .map(id -> new LedgerSource(TOPIC, id, List.of(0L), 0L))
                        .toList())
                .setTaken(List.of(new LedgerTake(0, 0, 0, end - 1, end)))
                .build();
        builder.add(record, offset++, 0);
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
