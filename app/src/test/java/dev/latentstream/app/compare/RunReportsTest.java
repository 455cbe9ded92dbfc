package dev.latentstream.app.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.schemas.TrainingMetrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportsTest {
    @Test
    void stepsThatAResumedRunReportsAgainCountOnce() {
        RunReports reports = RunReports.of(List.of(
                report(2, 10, 1f, 2f), report(4, 10, 3f, 4f), report(6, 10, 5f, 6f), report(5, 10, 30f, 40f, 50f)));

        assertThat(reports.losses()).isEqualTo(Map.of(1L, 1f, 2L, 2f, 3L, 30f, 4L, 40f, 5L, 50f));
        assertThat(reports.lastStep()).isEqualTo(5);
    }

    @Test
    void theRateIsThatOfTheWholeTime() {
        RunReports reports = RunReports.of(List.of(report(12, 10, 1f, 1f), report(14, 30, 1f, 1f)));

        assertThat(reports.imagesPerSecond()).isEqualTo(15, within(1e-9)); // four batches in the time of 2/10 + 2/30
    }

    private static TrainingMetrics report(long step, double rate, Float... losses) {
        return TrainingMetrics.newBuilder()
                .setStep(step)
                .setLoss(losses[0])
                .setLosses(List.of(losses))
                .setLearningRate(1)
                .setImagesPerSecond(rate)
                .setStall(0)
                .setMixture(Map.of())
                .setCaptionChoices(Map.of())
                .setNounsPerCaption(0)
                .setSamples(0)
                .setMixturePolicy(0)
                .build();
    }
}
