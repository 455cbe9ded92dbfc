package dev.latentstream.trainer.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.LedgerStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerTailTest {
    private static final TopicPartition AT = new TopicPartition("training-ledger", 2);

    private final MockConsumer<String, LedgerStep> consumer = new MockConsumer<>("none");
    private long logEnd;
    private final LedgerTail tail =
            new LedgerTail("training-ledger", "run", consumer, partitions -> Map.of(AT, logEnd), Duration.ofSeconds(1));

    @Test
    void returnsTheStepsOfTheRunAfterThePosition() {
        records(0, step("run", 8), step("run", 9), step("other", 3), step("run", 10));

        List<RecordedStep> steps = tail.read(8, new LedgerPosition("id", 2, 1), "id", false);

        assertThat(steps)
                .containsExactly(
                        new RecordedStep(number(9), new LedgerPosition("id", 2, 2)),
                        new RecordedStep(number(10), new LedgerPosition("id", 2, 4)));
    }

    @Test
    void recordsOfOtherProgramsArePassedOver() {
        records(0, step("run", 9), new Written("run", null), step("run", 10));

        List<RecordedStep> steps = tail.read(8, new LedgerPosition("id", 2, 0), "id", false);

        assertThat(steps).extracting(recorded -> recorded.step().getStep()).containsExactly(9L, 10L);
    }

    @Test
    void aStepThatIsWrittenAgainSupersedesWhatFollowedIt() {
        records(0, step("run", 9), step("run", 10), step("run", 11), step("run", 10));

        List<RecordedStep> steps = tail.read(8, new LedgerPosition("id", 2, 0), "id", false);

        assertThat(steps).extracting(recorded -> recorded.step().getStep()).containsExactly(9L, 10L);
        assertThat(steps.get(1).after()).isEqualTo(new LedgerPosition("id", 2, 4));
    }

    @Test
    void aCheckpointOfAPartThatWasSupersededIsRefused() {
        records(0, step("run", 9), step("run", 5));

        assertThatThrownBy(() -> tail.read(8, new LedgerPosition("id", 2, 0), "id", false))
                .isInstanceOf(LostRecordsException.class)
                .hasMessageStartingWith("the run run went back to step 4 after the checkpoint of step 8 was written");
    }

    /** A trainer of another run was killed between a record of its ledger and the commit. */
    @Test
    void stepsThatAnOpenTransactionOfAnotherRunHidesAreWaitedFor() {
        records(0, step("run", 9), step("other", 3), step("run", 10));
        LedgerTail patient =
                new LedgerTail("training-ledger", "run", consumer, partitions -> Map.of(AT, 6L), Duration.ofMillis(1));
        for (int polls = 0; polls < 5; polls++) {
            consumer.schedulePollTask(() -> {}); // the last stable offset is 3
        }
        consumer.schedulePollTask(() -> {
            consumer.updateEndOffsets(Map.of(AT, 6L));
            consumer.addRecord(new ConsumerRecord<>(AT.topic(), AT.partition(), 5, "run", number(11)));
        });

        List<RecordedStep> steps = patient.read(8, new LedgerPosition("id", 2, 0), "id", false);

        assertThat(steps).extracting(recorded -> recorded.step().getStep()).containsExactly(9L, 10L, 11L);
    }

    /** The cluster ended the transaction, and has not yet answered with what it hid. */
    @Test
    void theTimeInWhichStepsAreHiddenIsNoSilence() {
        records(0, step("run", 9), step("other", 3));
        LedgerTail patient = new LedgerTail(
                "training-ledger", "run", consumer, partitions -> Map.of(AT, 4L), Duration.ofMillis(300));
        for (int polls = 0; polls < 5; polls++) {
            consumer.schedulePollTask(() -> {}); // the last stable offset is 2
        }
        consumer.schedulePollTask(() -> consumer.updateEndOffsets(Map.of(AT, 4L)));
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>(AT.topic(), AT.partition(), 3, "run", number(10))));

        List<RecordedStep> steps = patient.read(8, new LedgerPosition("id", 2, 0), "id", false);

        assertThat(steps).extracting(recorded -> recorded.step().getStep()).containsExactly(9L, 10L);
    }

    @Test
    void aStepThatIsMissingIsNamed() {
        records(0, step("run", 9), step("run", 12));

        assertThatThrownBy(() -> tail.read(8, new LedgerPosition("id", 2, 0), "id", false))
                .hasMessage("the ledger of the run run misses the steps 10 to 11");
    }

    @Test
    void aLedgerThatRetentionHasOvertakenIsRefusedUnlessTheUserSaysOtherwise() {
        records(20, step("run", 12));
        LedgerPosition position = new LedgerPosition("id", 2, 17);

        assertThatThrownBy(() -> tail.read(8, position, "id", false))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "training-ledger-2 has the offsets 20 to 20; the run run has its steps after 8 from offset 17"
                                + " on. train --skip-lost continues without them");
        assertThat(tail.read(8, position, "id", true)).isEmpty();
    }

    @Test
    void aLedgerThatWasRecreatedIsRefusedUnlessTheUserSaysOtherwise() {
        records(0, step("run", 9));
        LedgerPosition position = new LedgerPosition("other", 2, 0);

        assertThatThrownBy(() -> tail.read(8, position, "id", false))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "training-ledger was recreated: it has the id id, the run run wrote to other. train --skip-lost"
                                + " continues without the steps that it had");
        assertThat(tail.read(8, position, "id", true)).isEmpty();
    }

    @Test
    void aLedgerThatEndsBeforeThePositionIsRefused() {
        records(0, step("run", 1));

        assertThatThrownBy(() -> tail.read(8, new LedgerPosition("id", 2, 17), "id", false))
                .hasMessageStartingWith("training-ledger-2 has the offsets 0 to 0; the run run has its steps after 8");
    }

    private record Written(String run, @Nullable LedgerStep step) {}

    private static Written step(String run, long number) {
        return new Written(run, number(number));
    }

    private static LedgerStep number(long number) {
        return LedgerStep.newBuilder()
                .setStep(number)
                .setTopics(List.of())
                .setSamples(List.of())
                .setMixturePolicy(0)
                .build();
    }

    private void records(long first, Written... written) {
        consumer.updateBeginningOffsets(Map.of(AT, first));
        logEnd = first + written.length;
        consumer.updateEndOffsets(Map.of(AT, logEnd));
        consumer.schedulePollTask(() -> {
            for (int i = 0; i < written.length; i++) {
                consumer.addRecord(new ConsumerRecord<>(
                        AT.topic(), AT.partition(), first + i, written[i].run(), written[i].step()));
            }
        });
    }
}
