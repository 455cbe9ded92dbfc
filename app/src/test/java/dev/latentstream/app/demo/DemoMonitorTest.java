package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.TrainingReports;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DemoMonitorTest {
    private static final int CORES = 8;

    @AutoClose
    private final Meters meters = new Meters();

    private long nanos;
    private final DemoMonitor monitor = monitor(0);

    @Test
    void aTrainerSharesTheCoresWhileImagesAreInFlight() {
        admitted(64);
        received("latent-encoder", 64);
        received("captioning", 32);

        after(Duration.ofMinutes(1)); // the captioner's batch takes longer than rates are measured over

        assertThat(monitor.threads()).isEqualTo(CORES / 2);
    }

    @Test
    void aTrainerHasAllCoresOnceTheOthersHaveCaughtUpAndAreIdle() {
        admitted(64);
        received("latent-encoder", 64);
        received("captioning", 64);
        assertThat(monitor.threads()).isEqualTo(CORES / 2);

        after(Duration.ofMinutes(1));

        assertThat(monitor.threads()).isEqualTo(CORES);
    }

    @Test
    void aTrainerHasAllCoresIfAResumedDemoHasNoNewImages() {
        after(Duration.ofMinutes(1));

        assertThat(monitor.threads()).isEqualTo(CORES);
    }

    @Test
    void oneCoreIsNotHalved() {
        assertThat(DemoMonitor.shared(1)).isEqualTo(1);
    }

    @Test
    void theFirstStepWaitsForCaptionsThenForLatentsThenForSamples() {
        assertThat(activity()).isEqualTo("waiting for the first images");
        assertThat(activity(source("scenes")))
                .isEqualTo("waiting for 64 latents of scenes (none so far; the first captions are being made)");

        received("captioning", 30);
        nanos += Duration.ofSeconds(10).toNanos();
        joined("scenes", 12);
        assertThat(activity(source("photos"), source("scenes")))
                .isEqualTo("waiting for 64 latents of scenes (12 so far; captioning is at 3.0 images/s)");

        joined("scenes", 52);
        assertThat(activity(source("scenes"))).isEqualTo("drawing samples before the first step");
        monitor.samples(Path.of("step-00000000.png"));
        assertThat(activity(source("scenes"))).isEqualTo("taking the first step");
        meters.count(Meter.TRAINER_STEPS);
        assertThat(activity(source("scenes"))).isEmpty();
    }

    @Test
    void theLastStepIsFollowedByACheckpointAndSamples() {
        meters.add(Meter.TRAINER_STEPS, 300);

        assertThat(activity()).isEqualTo("writing a checkpoint and samples");
    }

    @Test
    void aResumedRunNamesItsCheckpoint() {
        assertThat(monitor(300).progress(List.of()).activity()).isEqualTo("resuming from the checkpoint of step 300");
    }

    @Test
    void aReportHasItsOwnStepAndAge() {
        DemoMonitor resumed = monitor(300);
        resumed.progress(TrainingReports.of(310, 64, 0));
        nanos += Duration.ofMinutes(2).toNanos();

        Progress.Report report = resumed.progress(List.of()).report().orElseThrow();

        assertThat(report.step()).isEqualTo(10);
        assertThat(report.age()).isEqualTo(Duration.ofMinutes(2));
        assertThat(report.stepsPerSecond()).isEqualTo(2);
    }

    @Test
    void furtherCopiesOfAdmittedImagesAreNotRefused() {
        admitted(2);
        for (String outcome : List.of("repeated", "renewed", "duplicate")) {
            meters.count(Meter.STAGE_RECORDS, "ingest", "scenes", outcome);
        }

        assertThat(monitor.progress(List.of()).stages().get(1).note()).isEqualTo("1 refused");
    }

    private DemoMonitor monitor(long stepsBefore) {
        return new DemoMonitor(meters, new DemoMonitor.Run(stepsBefore, 300, 32, 64, true), CORES, () -> nanos);
    }

    private String activity(SourceProgress... sources) {
        return monitor.progress(List.of(sources)).activity();
    }

    private static SourceProgress source(String name) {
        return new SourceProgress(
                name,
                80,
                new SourceProgress.NotSent(0, 0, 0, Map.of(), 0, 0, Map.of()),
                new SourceProgress.Texts(0, 0, Map.of()),
                OptionalLong.of(80),
                Duration.ofSeconds(1));
    }

    private void joined(String source, int latents) {
        for (int i = 0; i < latents; i++) {
            meters.count(Meter.STAGE_RECORDS, "latent-join", source, "joined");
        }
    }

    private void admitted(int images) {
        for (int i = 0; i < images; i++) {
            meters.count(Meter.STAGE_RECORDS, "ingest", "scenes", "admitted");
        }
    }

    private void received(String stage, int images) {
        meters.add(Meter.STAGE_RECEIVED, images, stage);
    }

    /** Reads the progress now and twice after a time, since rates compare consecutive reads. */
    private void after(Duration time) {
        monitor.progress(List.of());
        nanos += time.toNanos();
        monitor.progress(List.of());
        nanos += Duration.ofSeconds(1).toNanos();
        monitor.progress(List.of());
    }
}
