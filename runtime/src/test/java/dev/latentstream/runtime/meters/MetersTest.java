package dev.latentstream.runtime.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void namesFollowPrometheus() {
        meters.count(Meter.STAGE_RECORDS, "ingest", "photos", "admitted");
        meters.add(Meter.STAGE_RECORDS, 2, "ingest", "photos", "admitted");
        meters.count(Meter.DLQ, "ingest", "undecodable");
        meters.add(Meter.TRAINER_STALL_SECONDS, 1.5);
        meters.set(Meter.POLICY_VERSION, 3, "caption", "*");
        meters.set(Meter.POLICY_VERSION, 4, "caption", "*");
        meters.record(Meter.CAPTION_NOUNS, 7, "photos", "dense");
        meters.record(Meter.STAGE_PROCESS, Duration.ofMillis(20), "captioning");
        meters.record(Meter.LATENT_AGE_SECONDS, 30, "photos");

        assertThat(meters.scrape().lines())
                .contains(
                        "latentstream_stage_records_total{outcome=\"admitted\",source=\"photos\",stage=\"ingest\"} 3.0",
                        "latentstream_dlq_total{reason=\"undecodable\",stage=\"ingest\"} 1.0",
                        "latentstream_trainer_stall_seconds_total 1.5",
                        "latentstream_policy_version{kind=\"caption\",scope=\"*\"} 4.0",
                        "latentstream_caption_nouns_bucket{level=\"dense\",source=\"photos\",le=\"6.0\"} 0",
                        "latentstream_caption_nouns_bucket{level=\"dense\",source=\"photos\",le=\"8.0\"} 1",
                        "latentstream_stage_process_seconds_bucket{stage=\"captioning\",le=\"0.03\"} 1",
                        "latentstream_stage_process_seconds_count{stage=\"captioning\"} 1",
                        "latentstream_latent_age_seconds_sum{source=\"photos\"} 30.0");
    }

    @Test
    void valuesCanBeReadBack() {
        meters.add(Meter.STAGE_RECEIVED, 5, "ingest");
        meters.record(Meter.STAGE_BATCH_SIZE, 4, "ingest");
        meters.record(Meter.STAGE_BATCH_SIZE, 8, "ingest");

        assertThat(meters.value(Meter.STAGE_RECEIVED, "ingest")).isEqualTo(5);
        assertThat(meters.value(Meter.STAGE_BATCH_SIZE, "ingest")).isEqualTo(6);
        assertThat(meters.value(Meter.MIXTURE_WEIGHT, "photos")).isZero();
    }

    @Test
    void everyMeterHasADescriptionAndAUniqueName() {
        assertThat(Arrays.stream(Meter.values()).map(Meter::id)).doesNotHaveDuplicates();
        assertThat(Meter.values()).allSatisfy(meter -> {
            assertThat(meter.description()).isNotBlank();
            assertThat(meter.id()).matches("latentstream(\\.[a-z]+)+");
            assertThat(new HashSet<>(meter.labels())).hasSameSizeAs(meter.labels());
        });
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> meters.count(Meter.DLQ, "ingest"))
                .hasMessage("DLQ has the labels [stage, reason], not 1 of them");
        assertThatThrownBy(() -> meters.set(Meter.DLQ, 1, "ingest", "x")).hasMessage("DLQ is a COUNTER, not a GAUGE");
    }

    @Test
    void clientMetricsAreExposedUntilTheBindingIsClosed() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

        try (Meters.Binding binding = meters.bind(consumer)) {
            assertThat(binding).isNotNull();
        }
    }
}
