package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.app.TrainingReports;
import dev.latentstream.app.demo.Summary.Training;
import dev.latentstream.schemas.TrainingMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoReportTest {
    @Test
    void ratesAndStallAreWeightedByTheTimeOfEachReport() {
        Training training =
                DemoReport.training(List.of(TrainingReports.of(10, 10, 0.9), TrainingReports.of(20, 90, 0)));

        // Of a batch of 9: 90 images in 9 s, of which it waited 8.1; then 90 in 1 s.
        assertThat(training.imagesPerSecond()).isCloseTo(18, within(1e-9));
        assertThat(training.stall()).isCloseTo(0.81, within(1e-9));
        assertThat(training.steps()).isEqualTo(20);
    }

    @Test
    void aRunWithoutReportsHasNoSteps() {
        assertThat(DemoReport.training(List.of()).steps()).isZero();
    }

    @Test
    void reportsBeyondTheStepWhereTheRunEndedAreDropped() {
        List<TrainingMetrics> kept = DemoReport.upTo(
                10,
                List.of(TrainingReports.of(5, 10, 0), TrainingReports.of(10, 10, 0), TrainingReports.of(15, 10, 0)));

        assertThat(kept).extracting(TrainingMetrics::getStep).containsExactly(5L, 10L);
    }
}
