package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.runtime.policy.MixtureSchedule;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.GroupLoss;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.TrainingMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixtureControllerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final MixturePolicy PERSON = MixturePolicy.newBuilder()
            .setSourceWeights(Map.of("a", 3.0, "b*", 1.0, "off", 0.0))
            .setAltTextProbability(0.2)
            .build();
    private static final MixtureController.Limits LIMITS =
            new MixtureController.Limits(new ShareLimits(0.1, 0.9, 0.05), Duration.ofSeconds(10), 500);

    private final MixtureController controller = new MixtureController(PERSON, 7, LIMITS, new OnlineDataMixing(0.9), 0);

    @Test
    void itWritesAfterTheIntervalWithinTheLimits() {
        assertThat(controller.report(report(100, 7, 0.5, 5), 9 * SECOND)).isEmpty();

        MixturePolicy policy =
                controller.report(report(110, 7, 0.5, 5), 10 * SECOND).orElseThrow();

        PolicyRules.check(policy);
        assertThat(policy.getSourceWeights()).containsOnlyKeys("a", "b*", "b1", "off");
        assertThat(policy.getSourceWeights().get("a"))
                .isCloseTo(0.7 * 4, within(1e-9)); // 0.75 less the greatest change
        assertThat(policy.getSourceWeights().get("b1")).isCloseTo(0.3 * 4, within(1e-9)); // the sum stays: 3 + 1
        assertThat(policy.getAltTextProbability()).isEqualTo(0.2);
    }

    @Test
    void aVersionReturnsToTheWeightsOfThePersonByItself() {
        MixturePolicy policy =
                controller.report(report(110, 7, 0.5, 5), 10 * SECOND).orElseThrow();

        assertThat(MixtureSchedule.at(policy, 609).getSourceWeights().get("b1")).isNotEqualTo(1.0);
        assertThat(MixtureSchedule.at(policy, 610).getSourceWeights())
                .isEqualTo(Map.of("a", 3.0, "b*", 1.0, "b1", 1.0, "off", 0.0));
    }

    @Test
    void itWaitsUntilTheRunReportsUnderItsLastVersion() {
        assertThat(controller.report(report(110, 6, 0.5, 5), 60 * SECOND)).isEmpty();
        assertThat(controller.report(report(120, 7, 0.5, 5), 60 * SECOND)).isPresent();
        controller.written(8, 60 * SECOND);

        assertThat(controller.report(report(130, 7, 0.5, 5), 80 * SECOND)).isEmpty();
        assertThat(controller.report(report(140, 8, 0.5, 5), 80 * SECOND)).isPresent();
    }

    @Test
    void aVersionOfSomebodyElseOvertakesIt() {
        assertThat(controller.isOvertaken(report(110, 7, 0.5, 5))).isFalse();
        assertThat(controller.isOvertaken(report(110, 8, 0.5, 5))).isTrue();
    }

    @Test
    void aScheduleOfWeightsIsRefused() {
        MixturePolicy scheduled = MixturePolicy.newBuilder(PERSON)
                .setSchedule(List.of(new RampCodec().convert("weight/a=linear:5-9:1")))
                .build();

        assertThatThrownBy(() -> new MixtureController(scheduled, 7, LIMITS, new OnlineDataMixing(0.9), 0))
                .hasMessage(
                        "the mixture policy has the ramp weight/a=linear:5-9:1.0: a controller needs weights without a"
                                + " schedule");
    }

    @Test
    void theLastPolicyOfAPersonPrecedesThoseOfControllers() {
        Policy person = policy(2, "ada", PERSON);
        List<Policy> versions = List.of(
                policy(1, "bob", PolicyRules.builtInMixture()),
                person,
                policy(3, AutoMixture.AUTHOR, PolicyRules.builtInMixture()),
                policy(4, AutoMixture.AUTHOR, PolicyRules.builtInMixture()));

        assertThat(MixtureAuthors.of(versions))
                .isEqualTo(new MixtureAuthors(4, PolicyRules.builtInMixture(), PERSON, 2));
        assertThat(MixtureAuthors.of(List.of()))
                .isEqualTo(new MixtureAuthors(0, PolicyRules.builtInMixture(), PolicyRules.builtInMixture(), 0));
        assertThat(MixtureAuthors.of(List.of(policy(1, AutoMixture.AUTHOR, PERSON))))
                .isEqualTo(new MixtureAuthors(1, PERSON, PolicyRules.builtInMixture(), 0));
        assertThatThrownBy(() -> MixtureAuthors.of(versions.subList(2, 4)))
                .hasMessage("control no longer has the last mixture policy that a person wrote: write one");
    }

    @Test
    void aSourceThatAppearsLowersAFloorThatDoesNotFit() {
        ShareLimits half = new ShareLimits(0.4, 1, 0.5);
        MixtureController floored = new MixtureController(
                PERSON, 7, new MixtureController.Limits(half, Duration.ZERO, 500), new OnlineDataMixing(0.9), 0);
        assertThat(floored.report(report(100, 7, 0.5, 5), SECOND)).isPresent();
        assertThat(floored.takeWarning()).isEmpty();
        TrainingMetrics three = TrainingMetrics.newBuilder(report(110, 7, 0.5, 5))
                .setSampling(Map.of("a", 0.5, "b1", 0.25, "b2", 0.25))
                .build();

        MixturePolicy policy = floored.report(three, 2 * SECOND).orElseThrow();

        assertThat(policy.getSourceWeights().get("a"))
                .isCloseTo(policy.getSourceWeights().get("b2"), within(1e-9));
        assertThat(floored.takeWarning())
                .hasValue("warning: 3 sources now: the floor is 0.3333, since 0.4 for each would sum to more than 1");
        assertThat(floored.takeWarning()).isEmpty();
    }

    @Test
    void aFloorThatDoesNotFitInTheBeginningIsRefused() {
        ShareLimits tooHigh = new ShareLimits(0.6, 1, 0.5);
        MixtureController floored = new MixtureController(
                PERSON, 7, new MixtureController.Limits(tooHigh, Duration.ZERO, 500), new OnlineDataMixing(0.9), 0);

        assertThatThrownBy(() -> floored.report(report(100, 7, 0.5, 5), SECOND))
                .hasMessage("floor 0.6 of 2 sources sums to 1.2, above 1");
    }

    private static Policy policy(long version, String author, MixturePolicy body) {
        return new Policy(version, author, Instant.EPOCH, body, "");
    }

    /** A report of a run that samples 3 of a for 1 of b1. */
    static TrainingMetrics report(long step, long version, double lossOfA, double lossOfB) {
        return TrainingMetrics.newBuilder()
                .setStep(step)
                .setLoss(1)
                .setLearningRate(1e-4)
                .setImagesPerSecond(1)
                .setStall(0)
                .setMixture(Map.of("a", 0.75, "b1", 0.25))
                .setSampling(Map.of("a", 0.75, "b1", 0.25))
                .setSourceLosses(
                        Map.of("a", new GroupLoss((float) lossOfA, 30L), "b1", new GroupLoss((float) lossOfB, 10L)))
                .setCaptionChoices(Map.of())
                .setNounsPerCaption(0)
                .setSamples(40)
                .setMixturePolicy(version)
                .build();
    }
}
