package dev.latentstream.app;

import static dev.latentstream.app.testing.StageFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.runtime.kafka.FaultSettings;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that retention deletes while a stage is down: of 300 records it has read 100, and 100 are left when it returns. */
class LostRecordsIT {
    @TempDir
    private static Path folder;

    @AutoClose
    private static final Cluster CLUSTER = Cluster.start();

    @Test
    void stopIngestUntilItIsToldToGoOn() throws Exception {
        stopAStageUntilItIsToldToGoOn("a-", "ingest", StageFixture::ingest, fixture -> fixture.topics.imagesRaw());
    }

    @Test
    void stopABatchLoopUntilItIsToldToGoOn() throws Exception {
        stopAStageUntilItIsToldToGoOn(
                "b-",
                EncoderStages.ENCODING,
                fixture -> new BatchLoop<>(
                        fixture.connection,
                        EncoderStages.ENCODING,
                        fixture.topics.imagesRaw(),
                        batch -> List.of(),
                        new BatchSettings(),
                        fixture.meters),
                fixture -> fixture.topics.imagesRaw());
    }

    private static void stopAStageUntilItIsToldToGoOn(
            String prefix, String name, Function<StageFixture, Stage> stages, Function<StageFixture, Topic<?>> topics)
            throws Exception {
        KafkaSettings settings = StageFixture.settings(CLUSTER, prefix);
        Path state = folder.resolve(prefix);
        try (StageFixture fixture = new StageFixture(CLUSTER, settings, state);
                StageFixture told = new StageFixture(
                        CLUSTER,
                        settings.with(new FaultSettings(Duration.ofMinutes(5), true, ErrorsTolerance.DATA)),
                        state)) {
            Topic<?> input = topics.apply(fixture);
            fixture.writeForeign(input, 100, "a"); // in partition 0
            try (Stage stage = stages.apply(fixture)) {
                stage.start();
                await().atMost(PATIENCE).until(() -> committed(fixture, name, input) == 100);
            }
            fixture.writeForeign(input, 200, "b");
            delete(fixture, input, 200);

            try (Stage stage = stages.apply(fixture)) {
                stage.start();
                await().atMost(PATIENCE).until(() -> stage.failure().isPresent());
                assertThat(stage.failure().orElseThrow())
                        .hasStackTraceContaining(
                                "100 records were deleted before %s read them (%s-0 offsets 100 to 199)"
                                        .formatted(name, input.name()));
            }
            assertThat(committed(fixture, name, input)).isEqualTo(100);

            try (Stage stage = stages.apply(told)) {
                stage.start();
                await().atMost(PATIENCE).until(() -> committed(fixture, name, input) == 300);
                assertThat(stage.failure()).isEmpty();
            }
            assertThat(told.meters.value(Meter.STAGE_LOST, name, input.name())).isEqualTo(100);
            assertThat(fixture.log.keys(input.deadLetters())).hasSize(200);
        }
    }

    private static long committed(StageFixture fixture, String stage, Topic<?> topic) throws Exception {
        try (Admin admin = fixture.connection.admin()) {
            return admin
                    .listConsumerGroupOffsets(fixture.connection.groupId(stage))
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .filter(offset -> offset.getKey().equals(new TopicPartition(topic.name(), 0)))
                    .mapToLong(offset -> offset.getValue().offset())
                    .findFirst()
                    .orElse(0);
        }
    }

    private static void delete(StageFixture fixture, Topic<?> topic, long before) throws Exception {
        try (Admin admin = fixture.connection.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic.name(), 0), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }
}
