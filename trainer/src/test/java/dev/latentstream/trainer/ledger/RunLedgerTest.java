package dev.latentstream.trainer.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.trainer.LogConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunLedgerTest {
    private static final TopicPartition AT = new TopicPartition("training-ledger", 1);

    private final LogConsumer<String, LedgerStep> consumer = new LogConsumer<>();
    private final List<ConsumerRecord<String, LedgerStep>> records = new ArrayList<>();

    @Test
    void returnsTheStepsOfOneRun() {
        write("run", 1, 2);
        write("other", 1);
        write("run", 3);

        RunLedger ledger = open();

        assertThat(ledger.firstStep()).isEqualTo(1);
        assertThat(ledger.lastStep()).isEqualTo(3);
        assertThat(rest(ledger)).containsExactly(at(0), at(1), at(3));
    }

    @Test
    void passesOverRecordsOfOtherPrograms() {
        foreign(null);
        write("run", 1, 2);
        foreign("run");
        write("run", 3);
        foreign("other");

        assertThat(rest(open())).containsExactly(at(1), at(2), at(4));
    }

    @Test
    void leavesOutWhatALaterLifeWroteAgain() {
        write("run", 1, 2, 3, 4, 5); // offsets 0 to 4
        write("run", 4, 5, 6); // 5 to 7
        write("run", 3, 4); // 8 and 9

        RunLedger ledger = open();

        assertThat(ledger.lastStep()).isEqualTo(4);
        assertThat(rest(ledger)).containsExactly(at(0), at(1), at(8), at(9));
    }

    @Test
    void continuesWithAnyStepAlsoBeforeThoseThatWereRead() {
        write("run", 1, 2, 3, 4, 5, 6, 7, 8, 9);
        write("run", 6, 7, 8);
        RunLedger ledger = open();
        rest(ledger);

        ledger.rewind(5);

        assertThat(rest(ledger)).containsExactly(at(4), at(9), at(10), at(11));
        ledger.rewind(9);
        assertThat(ledger.next()).isEmpty();
    }

    @Test
    void endsWhereTheLedgerEndedWhenItWasOpened() {
        write("run", 1, 2);
        RunLedger ledger = open();

        write("run", 3);

        assertThat(rest(ledger)).containsExactly(at(0), at(1));
    }

    /** A replay that was further already, as its own ledger says, has nothing more to follow. */
    @Test
    void endsAfterTheLastStepThatWasTrained() {
        write("run", 1, 2, 3, 4);
        RunLedger ledger = open();

        ledger.endAt(3);

        assertThat(ledger.lastStep()).isEqualTo(3);
        assertThat(rest(ledger)).containsExactly(at(0), at(1), at(2));
        ledger.rewind(5);
        assertThat(ledger.next()).isEmpty();
        ledger.endAt(9);
        assertThat(ledger.lastStep()).isEqualTo(4);
    }

    @Test
    void aRunThatTheLedgerDoesNotHaveIsRefusedWithThoseThatItHas() {
        write("b", 1);
        write("a", 1);

        assertThatThrownBy(this::open).hasMessage("training-ledger has no step of the run run; its runs are a, b");
    }

    @Test
    void stepsThatAreMissingAreNamed() {
        write("run", 1, 2, 5);

        assertThatThrownBy(this::open)
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("the ledger of the run run misses the steps 3 to 4");
    }

    @Test
    void aStepThatRetentionDeletedIsRefused() {
        write("run", 7, 8);
        RunLedger ledger = open();

        assertThatThrownBy(() -> ledger.rewind(1))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage("the ledger has the steps 7 to 8 of the run run; step 1 is needed");
    }

    private RunLedger open() {
        consumer.with(AT, records).with(new TopicPartition(AT.topic(), 0), List.of());
        return RunLedger.open(AT.topic(), "run", consumer, consumer::endOffsets, Duration.ofSeconds(1));
    }

    private LedgerStep at(int offset) {
        return records.get(offset).value();
    }

    private static List<LedgerStep> rest(RunLedger ledger) {
        List<LedgerStep> steps = new ArrayList<>();
        for (Optional<LedgerStep> step = ledger.next(); step.isPresent(); step = ledger.next()) {
            steps.add(step.get());
        }
        return steps;
    }

    /** Appends a record without a value, as a reader takes one that is no step. */
    private void foreign(@Nullable String key) {
        records.add(new ConsumerRecord<>(AT.topic(), AT.partition(), records.size(), key, null));
    }

    /** Appends steps, each with its offset as policy version, so that no two are equal. */
    private void write(String run, long... steps) {
        for (long step : steps) {
            LedgerStep record = LedgerStep.newBuilder()
                    .setStep(step)
                    .setTopics(List.of())
                    .setSamples(List.of())
                    .setMixturePolicy(records.size())
                    .build();
            records.add(new ConsumerRecord<>(AT.topic(), AT.partition(), records.size(), run, record));
        }
    }
}
