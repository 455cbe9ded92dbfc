package dev.latentstream.app.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.ledger.StoredLatent.Text;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A ledger of one topic, in which offset n has the image i and n, compared with a log that was changed since. */
class LedgerVerificationTest {
    private static final String TOPIC = "latents-a";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final String ENCODER = "vae-square64";

    private final Log log = new Log();
    private final LedgerVerification verification = new LedgerVerification(log);

    @Test
    void aLedgerThatAgreesWithTheLogHasNoMismatch() {
        log.store(0, 1, 3, 4); // offset 2 is a transaction marker

        assertThat(verification.check(List.of(first(take(0, 2), sample(1)), step(2, take(3, 5), sample(0), sample(4)))))
                .isEmpty();
        assertThat(verification.checked()).isEqualTo(3);
        assertThat(verification.steps()).isEqualTo(2);
        assertThat(verification.unchecked()).isEmpty();
    }

    @Test
    void anotherImageIsNamed() {
        log.store(0, 1);
        log.put(1, new StoredLatent("other", ENCODER, List.of(new Text("a", null))));

        assertThat(verification.check(List.of(first(take(0, 2), sample(0), sample(1)))))
                .contains("step 1: sample 1 is image i1, caption 0, of latents-a-0@1, which has image other");
    }

    @Test
    void aCaptionThatTheRecordLacksIsNamed() {
        log.put(0, new StoredLatent("i0", ENCODER, List.of()));

        assertThat(verification.check(List.of(first(take(0, 1), sample(0)))))
                .contains("step 1: sample 0 is image i0, caption 0, of latents-a-0@0, which has 0 captions");
    }

    @Test
    void anotherEncoderIsNamed() {
        log.put(0, new StoredLatent("i0", "other", List.of(new Text("a", null))));

        assertThat(verification.check(List.of(first(take(0, 1), sample(0)))).orElse(""))
                .endsWith("which has a latent of encoder other, not vae-square64");
    }

    @Test
    void aPlaceWithoutARecordIsNamed() {
        assertThat(verification.check(List.of(first(take(0, 1), sample(0)))).orElse(""))
                .endsWith("of latents-a-0@0, which has no record");
    }

    @Test
    void theFirstMismatchIsThatOfTheLowestStep() {
        log.store(0, 2);

        assertThat(verification.check(
                        List.of(first(take(0, 1), sample(0)), step(2, take(1, 2), sample(1)), step(4, sample(0)))))
                .get()
                .asString()
                .startsWith("step 2: sample 0 is image i1");
    }

    @Test
    void aMissingStepIsNamed() {
        log.store(0);

        assertThat(verification.check(List.of(first(take(0, 1), sample(0)), step(4, sample(0)))))
                .contains("step 4: the steps 2 to 3 are missing");
    }

    @Test
    void recordsThatAreTakenTwiceAreNamed() {
        log.store(0, 1, 2);

        assertThat(verification.check(List.of(first(take(0, 2), sample(0)), step(2, take(1, 3), sample(1)))))
                .contains("step 2: the offsets 1 to 2 of latents-a-0 were taken, which was taken up to 1 before");
    }

    @Test
    void aRecordBetweenTwoTakesIsNamed() {
        log.store(0, 1, 2);

        assertThat(verification.check(List.of(first(take(0, 1), sample(0)), step(2, take(2, 3), sample(2)))))
                .contains("step 2: latents-a-0@1 was not taken, although it has a latent of the run's encoder");
    }

    @Test
    void aTombstoneOrALatentOfAnotherEncoderMayBeBetweenTwoTakes() {
        log.store(0, 3);
        log.put(1, StoredLatent.of("i1", null));
        log.put(2, new StoredLatent("i2", "other", List.of()));

        assertThat(verification.check(List.of(first(take(0, 1), sample(0)), step(2, take(3, 4), sample(3)))))
                .isEmpty();
    }

    @Test
    void aSampleThatWasNotTakenYetIsNamed() {
        log.store(0, 1);

        assertThat(verification.check(List.of(first(take(0, 1), sample(1)))))
                .contains("step 1: sample 0 was drawn from latents-a-0@1 before it was taken");
    }

    @Test
    void whatRetentionDeletedIsCounted() {
        log.store(2);
        log.beginning = 2;

        assertThat(verification.check(List.of(first(take(0, 3), sample(0), sample(1), sample(2)))))
                .isEmpty();
        assertThat(verification.checked()).isEqualTo(1);
        assertThat(verification.unchecked())
                .containsExactly(Map.entry("retention has deleted latents-a-0 before offset 2", 2L));
    }

    @Test
    void aTopicThatWasRecreatedIsNotCompared() {
        log.store(0);
        log.id = Optional.of("another");

        assertThat(verification.check(List.of(first(take(0, 1), sample(0))))).isEmpty();
        assertThat(verification.unchecked())
                .containsExactly(Map.entry("topic latents-a was deleted and recreated", 1L));
    }

    @Test
    void aTopicThatIsGoneIsNotCompared() {
        log.id = Optional.empty();

        assertThat(verification.check(List.of(first(take(0, 1), sample(0))))).isEmpty();
        assertThat(verification.unchecked()).containsExactly(Map.entry("topic latents-a no longer exists", 1L));
    }

    /** Offset 2 was a transaction marker in the topic that is gone; the present one has a latent there. */
    @Test
    void aTopicThatWasRecreatedSaysNothingOfWhatWasTakenBefore() {
        log.id = Optional.of("other");
        log.store(0, 1, 2, 3, 4);

        assertThat(verification.check(List.of(first(take(0, 2), sample(1)), step(2, take(3, 5), sample(4)))))
                .isEmpty();
        assertThat(verification.unchecked())
                .containsExactly(Map.entry("topic latents-a was deleted and recreated", 2L));
    }

    /** A shuffle buffer keeps the latents of the topic before, whose offsets the present one may have as well. */
    @Test
    void samplesOfATopicBeforeItWasRecreatedAreNotComparedWithTheNewOne() {
        log.id = Optional.of("other");
        log.store(0, 1);
        log.put(2, new StoredLatent("new", ENCODER, List.of(new Text("a", null))));

        assertThat(verification.check(List.of(
                        first(take(0, 9), sample(0)),
                        recreated(2, take(0, 3), sample(8), sample(1), sample(2)),
                        step(3, sample(0)))))
                .isEmpty();
        assertThat(verification.checked()).as("of the new one, or the same").isEqualTo(2);
        assertThat(verification.unchecked())
                .containsExactly(Map.entry("topic latents-a was deleted and recreated", 3L));
    }

    @Test
    void aSampleThatNeitherTopicCanHaveGivenIsNamed() {
        log.id = Optional.of("other");
        log.store(0, 1, 2, 3);

        assertThat(verification.check(List.of(first(take(0, 2), sample(0)), recreated(2, take(0, 3), sample(3)))))
                .contains("step 2: sample 0 was drawn from latents-a-0@3 before it was taken");
    }

    private static LedgerStep recreated(long number, Object... events) {
        LedgerStep step = step(number, events);
        step.setLeft(List.of(TOPIC));
        step.setOpened(List.of(new LedgerSource(TOPIC, "other", List.of(0L), 0L)));
        return step;
    }

    private static LedgerStep first(Object... events) {
        LedgerStep step = step(1, events);
        step.setRun(new LedgerRun(7L, ENCODER, List.of(4, 8, 8), TensorType.FLOAT16, "text", Map.of()));
        step.setOpened(List.of(new LedgerSource(TOPIC, "id", List.of(0L), 0L)));
        return step;
    }

    private static LedgerStep step(long number, Object... events) {
        List<LedgerSample> samples = new ArrayList<>();
        List<LedgerTake> takes = new ArrayList<>();
        for (Object event : events) {
            if (event instanceof LedgerTake take) {
                takes.add(take);
            } else if (event instanceof LedgerSample sample) {
                samples.add(sample);
            }
        }
        return LedgerStep.newBuilder()
                .setStep(number)
                .setTopics(List.of(TOPIC))
                .setSamples(samples)
                .setTaken(takes)
                .setMixturePolicy(0)
                .build();
    }

    private static LedgerTake take(long start, long end) {
        return new LedgerTake(0, 0, 0, start, end);
    }

    private static LedgerSample sample(long offset) {
        return LedgerSample.newBuilder()
                .setImage("i" + offset)
                .setTopic(0)
                .setPartition(0)
                .setOffset(offset)
                .setCaption(0)
                .build();
    }

    private static final class Log implements StoredLatents {
        private final Map<Place, StoredLatent> records = new HashMap<>();
        private Optional<String> id = Optional.of("id");
        private long beginning;

        void store(long... offsets) {
            for (long offset : offsets) {
                put(offset, new StoredLatent("i" + offset, ENCODER, List.of(new Text("a", null))));
            }
        }

        void put(long offset, StoredLatent latent) {
            records.put(new Place(PARTITION, offset), latent);
        }

        @Override
        public Optional<String> id(String topic) {
            return id;
        }

        @Override
        public long beginning(TopicPartition partition) {
            return beginning;
        }

        @Override
        public Map<Place, StoredLatent> read(Collection<Place> places) {
            Map<Place, StoredLatent> found = new HashMap<>(records);
            found.keySet().retainAll(places);
            return found;
        }
    }
}
