package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import org.junit.jupiter.api.Test;

class StageCountTest {
    @Test
    void scrapedCountsAreSummedOverSources() {
        try (Meters meters = new Meters()) {
            meters.add(Meter.STAGE_RECORDS, 3, "ingest", "photos", "admitted");
            meters.add(Meter.STAGE_RECORDS, 4, "ingest", "a \"quoted\", outcome=\"x\" name", "admitted");
            meters.add(Meter.STAGE_RECORDS, 2, "ingest", "photos", "refused");
            meters.add(Meter.STAGE_RECORDS, 5, "captioning", "photos", "captioned");
            meters.add(Meter.STAGE_RECEIVED, 9, "captioning");

            assertThat(StageCount.of(PrometheusText.ours(meters.scrape())))
                    .containsExactly(
                            new StageCount("captioning", "captioned", 5),
                            new StageCount("ingest", "admitted", 7),
                            new StageCount("ingest", "refused", 2));
        }
    }
}
