package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private final Meters meters = new Meters();

    @Test
    void aQuietPipelineHasNone() {
        meters.add(Meter.DLQ, 0, "ingest", "undecodable");
        meters.set(Meter.CLUSTER_SILENT_SECONDS, 0);
        meters.add(Meter.STAGE_RECEIVED, 7, "captioning");

        assertThat(alarms()).isEmpty();
    }

    @Test
    void eachSilenceHasALine() {
        meters.set(Meter.CLUSTER_SILENT_SECONDS, 61);
        meters.add(Meter.STAGE_LOST, 200, "ingest", "images-raw");
        meters.add(Meter.DLQ, 300, "ingest", "undecodable");
        meters.count(Meter.STAGE_MISPLACED, "latent-join", "captions");
        meters.count(Meter.LATENT_TOPIC_RECREATED, "photos");
        meters.set(Meter.TRANSACTION_WAITING, 14, "images-raw");
        meters.set(Meter.LATENTS_UNREAD, 7, "photos");

        assertThat(alarms())
                .containsExactly(
                        "the cluster has not answered for 61 s",
                        "ingest: 200 records of images-raw were deleted before they were read",
                        "ingest: 300 dead letters (undecodable)",
                        "latent-join: 1 records of captions were not in the partition of their key",
                        "the latent topic of source photos was deleted in use (1 times)",
                        "14 offsets of images-raw wait for a transaction that stays open",
                        "no consumer group reads the 7 latents of source photos");
    }

    private List<String> alarms() {
        return Alarms.of(PrometheusText.ours(meters.scrape()));
    }
}
