package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.topics.HiddenRecords;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.TrainingMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunMixtureTest {
    private static final MixturePolicy POLICY = MixturePolicy.newBuilder()
            .setSourceWeights(Map.of("photos", 1.0, "web-*", 3.0))
            .setObjectiveWeights(Map.of("web-*", 1.0))
            .setLevelWeights(Map.of("dense", 2.0))
            .setSchedule(
                    Stream.of("weight/web-*=linear:100-200:1", "alt-text=hold:400:0", "alt-text=cosine:50-100:0.25")
                            .map(new RampCodec()::convert)
                            .toList())
            .build();

    @Test
    void showsWhatIsInForceAtTheRunsStepAndWhatIsToCome() {
        assertThat(mixture(150, 4).lines())
                .isEqualTo(List.of(
                        "run r at step 150, mixture version 4",
                        "  sampled    photos 33.3 %, web-1 66.7 %",
                        "  realised   photos 30.0 %, web-1 70.0 %",
                        "  objective  photos 50.0 %, web-1 50.0 %",
                        "  captions   alt text 0.2500, levels dense 2.000, dropped 0.1000",
                        "  to come    weight/web-*=linear:100-200:1.0",
                        "  to come    alt-text=hold:400:0.0"));
    }

    @Test
    void saysIfTheRunHasNotReportedUnderTheVersionYet() {
        assertThat(mixture(500, 3).lines())
                .startsWith("run r at step 500, mixture version 4 (its last report was under version 3)")
                .noneMatch(line -> line.contains("to come"));
    }

    @Test
    void theObjectHasTheSame() {
        assertThat(mixture(150, 4).json().toString())
                .startsWith("{\"run\":\"r\",\"step\":150,\"version\":4,\"reported_version\":4,\"policy\":{")
                .contains("\"objective\":{\"photos\":0.5,\"web-1\":0.5}")
                .endsWith("\"to_come\":[\"weight/web-*=linear:100-200:1.0\",\"alt-text=hold:400:0.0\"]}");
    }

    @Test
    void saysWhatMayHideLaterReports() {
        RunMixture shown = mixture(150, 4);
        RunMixture held = new RunMixture(
                shown.run(),
                shown.metrics(),
                shown.policy(),
                shown.sources(),
                Optional.of(new HiddenRecords("training-metrics", 3, 45, 58, "2026-11-30T00:12:04Z")));

        String line =
                "offsets 45 to 57 of training-metrics-3 are not shown: an ended process has left a transaction open since"
                        + " 2026-11-30T00:12:04Z";
        assertThat(held.lines()).endsWith("  hidden     " + line);
        assertThat(held.json().path("hidden").asText()).isEqualTo(line);
    }

    private static RunMixture mixture(long step, long reported) {
        TrainingMetrics metrics = TrainingMetrics.newBuilder()
                .setStep(step)
                .setLoss(1)
                .setLearningRate(1e-4)
                .setImagesPerSecond(1)
                .setStall(0)
                .setMixture(Map.of("photos", 0.3, "web-1", 0.7))
                .setCaptionChoices(Map.of())
                .setNounsPerCaption(0)
                .setSamples(10)
                .setMixturePolicy(reported)
                .build();
        return new RunMixture(
                "r", metrics, new VersionedPolicy<>(4, POLICY), Set.of("photos", "web-1"), Optional.empty());
    }
}
