package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A schedule decides what is drawn at each step, also of a run that is killed during a ramp. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ScheduleReplayTest {
    private static final int STEPS = 24;

    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRunThatIsKilledDuringARampDrawsTheSameAfterIt(WhenDry whenDry) throws InterruptedException {
        int latents = whenDry == WhenDry.WAIT ? 480 : 120; // else sources run dry
        InMemoryLog log = new InMemoryLog().topic("latents-a", 3, latents).topic("latents-b", 2, latents / 4);
        FeedSnapshot start = InMemoryLog.start(facts(whenDry, 8));
        MixturePolicy policy = ramps(0.5);
        Map<Long, FeedSnapshot> checkpoints = new HashMap<>(Map.of(0L, start));
        for (TrainingBatch batch : draw(log, start, policy, STEPS)) {
            checkpoints.put(batch.step(), batch.after());
        }
        List<LedgerStep> whole = log.steps();

        for (long checkpoint = 0; checkpoint < STEPS; checkpoint += 3) { // before, during and after each ramp
            log.cutLedger(checkpoint);

            draw(log, Objects.requireNonNull(checkpoints.get(checkpoint)), policy, STEPS - checkpoint);

            assertThat(log.steps()).isEqualTo(whole);
        }
        assertThat(whole.subList(1, STEPS))
                .as("the ledger has a schedule once")
                .allSatisfy(step -> assertThat(step.getMixture()).isEmpty());
    }

    @Test
    void rampsDecideWhatIsDrawnAtEachStep() throws InterruptedException {
        InMemoryLog log = new InMemoryLog().topic("latents-a", 1, 4000).topic("latents-b", 1, 4000);
        FeedSnapshot start = InMemoryLog.start(facts(WhenDry.REPEAT, 100));

        for (TrainingBatch batch : draw(log, start, ramps(0), STEPS)) {
            double way = Math.min(1, Math.max(0, (batch.step() - 4) / 8.0)); // a: 3 to 0 from step 4 to 12
            double shareOfA = (3 - 3 * way) / (3 - 3 * way + 1);
            expect(batch, "source a", shareOfA, sample -> sample.source().equals("a"));
            double altText = batch.step() < 18 ? 0 : 1;
            expect(batch, "alt text", altText, sample -> sample.choice().equals("alt"));
            assertThat(batch.policy().policy().getSchedule()).isEmpty();
        }
    }

    /** A share of 100 samples stays within four standard errors; a share of 0 or 1 is exact. */
    private static void expect(TrainingBatch batch, String what, double share, Predicate<ChosenSample> counted) {
        double realised = batch.samples().stream().filter(counted).count() / 100.0;

        assertThat(realised)
                .as("%s at step %d", what, batch.step())
                .isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / 100)));
    }

    private List<TrainingBatch> draw(InMemoryLog log, FeedSnapshot from, MixturePolicy policy, long steps)
            throws InterruptedException {
        BatchAssembler assembler = log.assembler(
                from,
                log.recordedAfter(from.step()),
                log.arriving(from, from.step()),
                () -> new VersionedPolicy<>(1, policy),
                from.step() == 0 ? from.run() : null,
                meters);
        List<TrainingBatch> batches = new ArrayList<>();
        for (long i = 0; i < steps; i++) {
            batches.add(assembler.next());
        }
        return batches;
    }

    private static MixturePolicy ramps(double lastWeight) {
        return MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("a", 3.0))
                .setAltTextProbability(0)
                .setCaptionDrop(0)
                .setSchedule(List.of(
                        new MixtureRamp(MixtureDial.SOURCE_WEIGHT, "a", RampShape.LINEAR, 4L, 12L, lastWeight),
                        new MixtureRamp(MixtureDial.ALT_TEXT_PROBABILITY, "", RampShape.HOLD, 18L, 18L, 1.0)))
                .build();
    }

    private static LedgerRun facts(WhenDry whenDry, int batch) {
        return Fixtures.facts(23, new FeedRules(batch, whenDry, 6, 3));
    }
}
