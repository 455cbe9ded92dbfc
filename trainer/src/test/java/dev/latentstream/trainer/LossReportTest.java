package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.GroupLoss;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TrainingMetrics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The losses in a report. */
class LossReportTest extends TrainerFixture {
    @Test
    void aReportHasTheLossesOfSourcesAndChoicesOfWhichItsLossIsTheMean() throws IOException, InterruptedException {
        log.topic("latents-b", 1, 200);

        train(settings("losses", 6), Optional.empty());

        for (TrainingMetrics report : metrics) {
            for (Map<String, GroupLoss> groups : List.of(report.getSourceLosses(), report.getChoiceLosses())) {
                double sum = groups.values().stream()
                        .mapToDouble(group -> group.getSamples() * group.getLoss())
                        .sum();
                assertThat(groups.values().stream()
                                .mapToLong(GroupLoss::getSamples)
                                .sum())
                        .isEqualTo(8);
                assertThat(sum / 8).isCloseTo(report.getLoss(), within(1e-5));
            }
            assertThat(report.getChoiceLosses()).containsOnlyKeys(choices(report.getStep()));
        }
        GroupLoss last = sourceLoss(metrics.get(2), "b");
        assertThat(meters.value(Meter.TRAINER_SOURCE_LOSS, "b")).isEqualTo(last.getLoss());
    }

    /** The choices in the ledger of the two steps of a report. */
    private List<String> choices(long step) {
        return log.steps().stream()
                .filter(recorded -> recorded.getStep() == step || recorded.getStep() == step - 1)
                .flatMap(recorded -> recorded.getSamples().stream())
                .map(sample -> List.of("none", "alt", "short").get(sample.getCaption() + 1))
                .distinct()
                .toList();
    }

    /** The objective has 0.25 of a and 0.75 of b, which are sampled alike: their losses have the weights 0.5 and 1.5. */
    @Test
    void lossesAreWeightedByTheShareInTheObjectiveOverThatOfTheSampling() throws IOException, InterruptedException {
        log.topic("latents-b", 1, 200);
        MixturePolicy policy = MixturePolicy.newBuilder()
                .setObjectiveWeights(Map.of("a", 1.0, "b", 3.0))
                .build();
        mixture = () -> new VersionedPolicy<>(1, policy);

        train(settings("weighted", 6), Optional.empty());

        for (TrainingMetrics report : metrics) {
            GroupLoss a = sourceLoss(report, "a");
            GroupLoss b = sourceLoss(report, "b");
            double expected = (0.5 * a.getSamples() * a.getLoss() + 1.5 * b.getSamples() * b.getLoss()) / 8;
            assertThat(report.getLoss()).isCloseTo((float) expected, within(1e-5f));
            assertThat(report.getSampling()).isEqualTo(Map.of("a", 0.5, "b", 0.5));
            assertThat(report.getObjective()).isEqualTo(Map.of("a", 0.25, "b", 0.75));
            double ofA = report.getMixture().getOrDefault("a", 0.0);
            assertThat(report.getObjectiveRealised().get("a"))
                    .isCloseTo(0.5 * ofA / (0.5 * ofA + 1.5 * (1 - ofA)), within(1e-12));
        }
        assertThat(meters.value(Meter.MIXTURE_OBJECTIVE, "b")).isEqualTo(0.75);
    }

    private static GroupLoss sourceLoss(TrainingMetrics report, String source) {
        return Objects.requireNonNull(report.getSourceLosses().get(source));
    }
}
