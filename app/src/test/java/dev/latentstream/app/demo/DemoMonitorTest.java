package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoMonitorTest {
    private static final int CORES = 8;

    private final Meters meters = new Meters();
    private long nanos;
    private final DemoMonitor monitor = new DemoMonitor(meters, 0, 300, 32, CORES, () -> nanos);

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void aTrainerSharesTheCoresAsLongAsImagesAreBehind() {
        admitted(64);
        received("latent-encoder", 64);
        received("captioning", 32);

        after(Duration.ofMinutes(1)); // the captioner's batch takes longer than rates are measured over

        assertThat(monitor.threads()).isEqualTo(CORES / 2);
    }

    @Test
    void aTrainerHasAllCoresOnceTheOthersHaveCaughtUpAndRest() {
        admitted(64);
        received("latent-encoder", 64);
        received("captioning", 64);
        assertThat(monitor.threads()).isEqualTo(CORES / 2);

        after(Duration.ofMinutes(1));

        assertThat(monitor.threads()).isEqualTo(CORES);
    }

    @Test
    void aTrainerHasAllCoresWhereADemoGoesOnWithoutNewImages() {
        after(Duration.ofMinutes(1));

        assertThat(monitor.threads()).isEqualTo(CORES);
    }

    @Test
    void oneCoreIsNotHalved() {
        assertThat(DemoMonitor.shared(1)).isEqualTo(1);
    }

    private void admitted(int images) {
        for (int i = 0; i < images; i++) {
            meters.count(Meter.STAGE_RECORDS, "ingest", "scenes", "admitted");
        }
    }

    private void received(String stage, int images) {
        meters.add(Meter.STAGE_RECEIVED, images, stage);
    }

    /** Looks now, and twice when the time is over: rates are of the last looks. */
    private void after(Duration time) {
        monitor.progress(List.of());
        nanos += time.toNanos();
        monitor.progress(List.of());
        nanos += Duration.ofSeconds(1).toNanos();
        monitor.progress(List.of());
    }
}
