package dev.latentstream.runtime.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixtureScheduleTest {
    /** Values of Python: {@code 0.8 + (1 - math.cos(math.pi * (step - 100) / 100)) / 2 * (0.2 - 0.8)}. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.8",
        "100, 0.8",
        "101, 0.7998519681097195",
        "125, 0.7121320343559643",
        "150, 0.5",
        "175, 0.2878679656440357",
        "199, 0.20014803189028052",
        "200, 0.2",
        "201, 0.2",
        "1000000, 0.2"
    })
    void aCosineRampIsHalfACosine(long step, double expected) {
        MixturePolicy policy = altText(0.8, ramp("", RampShape.COSINE, 100, 200, 0.2));

        assertThat(MixtureSchedule.at(policy, step).getAltTextProbability()).isCloseTo(expected, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"99, 1", "100, 1", "101, 1.02", "150, 2", "199, 2.98", "200, 3", "201, 3"})
    void aLinearRampIsALine(long step, double expected) {
        MixturePolicy policy = weights(Map.of("a", 1.0), weight("a", RampShape.LINEAR, 100, 200, 3));

        assertThat(MixtureSchedule.at(policy, step).getSourceWeights().get("a")).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "9, 1", "10, 5", "11, 5", "20, 5", "25, 2.5", "30, 0", "39, 0", "40, 7", "41, 7"})
    void rampsOfOneValueFollowEachOther(long step, double expected) {
        MixturePolicy policy = weights(
                Map.of("a", 1.0, "b", 1.0),
                weight("a", RampShape.HOLD, 40, 40, 7), // in any order
                weight("a", RampShape.HOLD, 10, 10, 5),
                weight("a", RampShape.LINEAR, 20, 30, 0));

        assertThat(MixtureSchedule.at(policy, step).getSourceWeights()).isEqualTo(Map.of("a", expected, "b", 1.0));
    }

    @Test
    void everyValueCanBeScheduled() {
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setSourceWeights(Map.of("web-*", 1.0))
                .setObjectiveWeights(Map.of("web-*", 1.0))
                .setSchedule(List.of(
                        held(MixtureDial.SOURCE_WEIGHT, "web-*", 2),
                        held(MixtureDial.DEFAULT_WEIGHT, "", 3),
                        held(MixtureDial.OBJECTIVE_WEIGHT, "web-*", 4),
                        held(MixtureDial.ALT_TEXT_PROBABILITY, "", 0.25),
                        held(MixtureDial.LEVEL_WEIGHT, "dense", 5), // weight 1 before, though it is not listed
                        held(MixtureDial.CAPTION_DROP, "", 0.5)))
                .build();
        PolicyRules.check(policy);

        assertThat(MixtureSchedule.at(policy, 10))
                .isEqualTo(new MixturePolicy(
                        Map.of("web-*", 2.0), 3.0, 0.25, Map.of("dense", 5.0), 0.5, Map.of("web-*", 4.0), List.of()));
        assertThat(MixtureSchedule.at(policy, 9))
                .isEqualTo(new MixturePolicy(
                        Map.of("web-*", 1.0), 1.0, 0.5, Map.of("dense", 1.0), 0.1, Map.of("web-*", 1.0), List.of()));
    }

    @Test
    void whatIsAheadAreTheRampsThatHaveNotReachedTheirValues() {
        MixtureRamp late = weight("a", RampShape.HOLD, 40, 40, 7);
        MixtureRamp now = weight("a", RampShape.LINEAR, 20, 30, 2);
        MixturePolicy policy = weights(Map.of("a", 1.0), late, now);

        assertThat(MixtureSchedule.ahead(policy, 29)).containsExactly(now, late);
        assertThat(MixtureSchedule.ahead(policy, 30)).containsExactly(late);
        assertThat(MixtureSchedule.ahead(policy, 40)).isEmpty();
    }

    @Test
    void schedulesThatCannotBeFollowedAreRefused() {
        assertRefused(
                weights(Map.of("a", 1.0), weight("b", RampShape.HOLD, 1, 1, 1)),
                "schedule source-weight b: its weight is not listed, so that it has none to start from");
        assertRefused(
                MixturePolicy.newBuilder()
                        .setSchedule(List.of(held(MixtureDial.UNKNOWN, "", 1)))
                        .build(),
                "schedule: it changes a value that this version does not know");
        assertRefused(
                weights(Map.of("a", 1.0), weight("", RampShape.HOLD, 1, 1, 1)),
                "schedule source-weight: a name is missing");
        assertRefused(
                altText(0.5, ramp("a", RampShape.HOLD, 1, 1, 1)),
                "schedule alt-text-probability a: alt-text-probability has no name");
        assertRefused(
                altText(0.5, ramp("", RampShape.HOLD, 1, 1, 1.5)),
                "schedule alt-text-probability 1.5 is not between 0.0 and 1.0");
        assertRefused(
                altText(0.5, ramp("", RampShape.LINEAR, 1, 1, 1)),
                "schedule alt-text-probability: a ramp from step 1 ends at step 1, not after it");
        assertRefused(
                altText(0.5, ramp("", RampShape.HOLD, 1, 2, 1)),
                "schedule alt-text-probability: hold has one step, not 1 and 2");
        assertRefused(
                altText(0.5, ramp("", RampShape.HOLD, -1, -1, 1)),
                "schedule alt-text-probability: step -1 is not between 0 and 1000000000000");
        assertRefused(
                altText(0.5, ramp("", RampShape.LINEAR, 1, 9, 1), ramp("", RampShape.LINEAR, 8, 20, 0)),
                "schedule alt-text-probability: step 8 is before step 9, where the ramp before it ends");
        assertRefused(
                weights(Map.of("a", 1.0), weight("a", RampShape.HOLD, 1, 1, Double.NaN)),
                "schedule source-weight a NaN is neither 0 nor between 1.0E-9 and 1.0E12");
    }

    @Test
    void aScheduleMayNotLeaveNothingToDraw() {
        MixturePolicy oneAfterTheOther = MixturePolicy.newBuilder(weights(
                        Map.of("a", 1.0, "b", 0.0),
                        weight("a", RampShape.LINEAR, 0, 10, 0),
                        weight("b", RampShape.HOLD, 10, 10, 1)))
                .setDefaultWeight(0)
                .build();
        assertThatCode(() -> PolicyRules.check(oneAfterTheOther)).doesNotThrowAnyException();

        MixturePolicy withAGap = MixturePolicy.newBuilder(weights(
                        Map.of("a", 1.0, "b", 0.0),
                        weight("a", RampShape.LINEAR, 0, 10, 0),
                        weight("b", RampShape.HOLD, 11, 11, 1)))
                .setDefaultWeight(0)
                .build();
        assertRefused(
                withAGap, "at step 10: source_weights with default_weight 0: the weights sum to 0.0, not above 0");
    }

    @Test
    void aSourceOfTheObjectiveIsSampledAtEveryStep() {
        MixturePolicy tooLate = MixturePolicy.newBuilder(weights(
                        Map.of("a", 0.0),
                        weight("a", RampShape.HOLD, 10, 10, 1),
                        new MixtureRamp(MixtureDial.OBJECTIVE_WEIGHT, "a", RampShape.LINEAR, 0L, 10L, 1.0)))
                .setObjectiveWeights(Map.of("a", 0.0))
                .build();

        assertRefused(
                tooLate, "at step 9: objective_weights a 0.9 is above 0, but its weight among source_weights is 0.0");
    }

    private static MixturePolicy weights(Map<String, Double> weights, MixtureRamp... schedule) {
        return MixturePolicy.newBuilder()
                .setSourceWeights(weights)
                .setSchedule(List.of(schedule))
                .build();
    }

    private static MixturePolicy altText(double probability, MixtureRamp... schedule) {
        return MixturePolicy.newBuilder()
                .setAltTextProbability(probability)
                .setSchedule(List.of(schedule))
                .build();
    }

    private static MixtureRamp weight(String source, RampShape shape, long from, long to, double value) {
        return new MixtureRamp(MixtureDial.SOURCE_WEIGHT, source, shape, from, to, value);
    }

    private static MixtureRamp ramp(String name, RampShape shape, long from, long to, double value) {
        return new MixtureRamp(MixtureDial.ALT_TEXT_PROBABILITY, name, shape, from, to, value);
    }

    private static MixtureRamp held(MixtureDial dial, String name, double value) {
        return new MixtureRamp(dial, name, RampShape.HOLD, 10L, 10L, value);
    }

    private static void assertRefused(MixturePolicy policy, String message) {
        assertThatThrownBy(() -> PolicyRules.check(policy))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
