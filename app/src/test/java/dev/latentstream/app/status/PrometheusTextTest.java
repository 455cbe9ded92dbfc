package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void readsScrapedMetersWithoutBuckets() {
        try (Meters meters = new Meters()) {
            meters.add(Meter.STAGE_RECEIVED, 3, "ingest");
            meters.set(Meter.MIXTURE_WEIGHT, 0.25, "a {b} c");
            meters.record(Meter.STAGE_BATCH_SIZE, 8, "ingest");

            assertThat(PrometheusText.ours(meters.scrape()))
                    .containsEntry("latentstream_stage_received_total{stage=\"ingest\"}", 3.0)
                    .containsEntry("latentstream_mixture_weight{source=\"a {b} c\"}", 0.25)
                    .containsEntry("latentstream_stage_batch_size_sum{stage=\"ingest\"}", 8.0)
                    .allSatisfy((name, value) -> assertThat(name).doesNotContain("_bucket"));
        }
    }
}
