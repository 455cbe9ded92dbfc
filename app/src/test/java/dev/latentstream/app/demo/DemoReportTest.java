package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.app.demo.Summary.Curves;
import dev.latentstream.app.demo.Summary.Refused;
import dev.latentstream.app.demo.Summary.Training;
import dev.latentstream.app.demo.Summary.Turn;
import dev.latentstream.app.page.LossCurves.LossPoint;
import dev.latentstream.app.page.ShareAreas.Stretch;
import dev.latentstream.app.testing.TrainingReports;
import dev.latentstream.schemas.GroupLoss;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void theMixtureWasTurnedAtTheFirstReportOfAnotherVersion() {
        List<TrainingMetrics> reports = List.of(under(1, 10), under(1, 20), under(3, 30), under(3, 40), under(2, 50));

        assertThat(DemoReport.turns(reports)).containsExactly(new Turn(30, 3), new Turn(50, 2));
        assertThat(DemoReport.turns(List.of())).isEmpty();
    }

    @Test
    void theSamplesOfEachReportAreCountedByGroup() {
        TrainingMetrics report = TrainingMetrics.newBuilder(TrainingReports.of(30, 1, 0))
                .setLosses(List.of(1f, 1f, 1f, 1f, 1f))
                .setSourceLosses(Map.of("photos", new GroupLoss(1f, 30L), "scenes", new GroupLoss(1f, 10L)))
                .setChoiceLosses(Map.of("alt", new GroupLoss(1f, 40L)))
                .build();

        Curves curves = DemoReport.curves(List.of(report));

        assertThat(curves.sources()).containsExactly(new Stretch(25, 30, Map.of("photos", 30L, "scenes", 10L)));
        assertThat(curves.choices()).containsExactly(new Stretch(25, 30, Map.of("alt", 40L)));
        assertThat(curves.loss()).containsExactly(new LossPoint(30, 1));
    }

    private static TrainingMetrics under(long mixture, long step) {
        return TrainingMetrics.newBuilder(TrainingReports.of(step, 1, 0))
                .setMixturePolicy(mixture)
                .build();
    }

    @Test
    void aRunWithoutReportsHasNoSteps() {
        assertThat(DemoReport.training(List.of()).steps()).isZero();
    }

    @Test
    void refusedImagesAreGroupedByReasonTheMostFrequentFirst() {
        List<Refused> refused = DemoReport.refused(List.of(
                rejection(RejectionReason.DUPLICATE, "b", null),
                rejection(RejectionReason.TOO_SMALL, "d", ByteBuffer.wrap(new byte[] {4})),
                rejection(RejectionReason.TOO_SMALL, "c", ByteBuffer.wrap(new byte[] {3}))));

        assertThat(refused)
                .containsExactly(
                        new Refused(
                                "TOO_SMALL", 2, List.of(ByteBuffer.wrap(new byte[] {3}), ByteBuffer.wrap(new byte[] {4
                                }))),
                        new Refused("DUPLICATE", 1, List.of()));
    }

    /** A run that was killed after its last checkpoint has later grids. */
    @Test
    void theSamplesAreThoseOfTheStepAtWhichTheRunEnded(@TempDir Path run) throws IOException {
        for (int step : new int[] {10, 20}) {
            Path grid = Checkpoints.samples(run, step);
            Files.createDirectories(grid.getParent());
            Files.write(grid, new byte[] {(byte) step});
        }

        assertThat(DemoReport.samples(run, 10))
                .hasValueSatisfying(grid -> assertThat(grid.png()).containsExactly(10));
        assertThat(DemoReport.samples(run, 15)).isEmpty();
    }

    private static Rejection rejection(RejectionReason reason, String uri, @Nullable ByteBuffer thumbnail) {
        return Rejection.newBuilder()
                .setStage("ingest")
                .setReason(reason)
                .setDetail("")
                .setSource("photos")
                .setUri(uri)
                .setThumbnail(thumbnail)
                .build();
    }

    @Test
    void reportsBeyondTheStepWhereTheRunEndedAreDropped() {
        List<TrainingMetrics> kept = DemoReport.upTo(
                10,
                List.of(TrainingReports.of(5, 10, 0), TrainingReports.of(10, 10, 0), TrainingReports.of(15, 10, 0)));

        assertThat(kept).extracting(TrainingMetrics::getStep).containsExactly(5L, 10L);
    }
}
