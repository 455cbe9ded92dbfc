package dev.latentstream.app;

import static dev.latentstream.app.testing.StartedStages.PATIENCE;
import static dev.latentstream.app.testing.StartedStages.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.testing.FaultyModel;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StartedStages;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest and the scoring stage with a network that is no number, an error or without an end for some images; see tools/reference/onnx_models.py. */
class ScoringIT {
    @TempDir
    private Path folder;

    @AutoClose
    private StartedStages stages;

    @BeforeEach
    void start() throws Exception {
        Path model = FaultyModel.write(folder, "300ms");
        stages = StartedStages.start(
                folder,
                "",
                settings -> withScoring(settings, model),
                pipeline -> List.of(pipeline.ingest(), pipeline.scoring().orElseThrow()));
    }

    private static PipelineSettings withScoring(PipelineSettings settings, Path model) {
        return new PipelineSettings(
                settings.kafka(),
                settings.ingest(),
                new ScoringSettings().withModels(List.of(model)),
                settings.captioning(),
                settings.encoder(),
                settings.trainer(),
                settings.http());
    }

    @Test
    void modelsRefuseImagesByBoundsThatAreTurnedInFlightAndBadOnesHarmNoOthers() throws Exception {
        byte[] grey = png(120, 120, 120);
        byte[] red = png(250, 0, 0);
        byte[] noNumber = png(0, 80, 0);
        byte[] error = png(120, 250, 0);
        byte[] endless = png(120, 0, 250);
        byte[] brown = png(120, 60, 0);
        byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);

        stages.send("drawings", grey, red, noNumber, error, endless, brown, page);
        await().atMost(PATIENCE).until(() -> rejections().size() == 5 && images().size() == 2);

        assertThat(images()).containsOnlyKeys(id(grey), id(brown));
        Image admitted = Objects.requireNonNull(images().get(id(grey)));
        assertThat(admitted.getScores().get("redness")).isBetween(0.46f, 0.48f);
        assertThat(admitted.getScoreModels().get("redness")).startsWith("redness-");
        assertRefused(red, RejectionReason.SCORE, "0.98", "0.8");
        assertRefused(noNumber, RejectionReason.SCORE, "NaN", "a finite number");
        assertRefused(error, RejectionReason.SCORE, "no score", "a score");
        assertRefused(endless, RejectionReason.TOO_SLOW, "no score in time", "300 ms");
        assertThat(Objects.requireNonNull(rejections().get(id(page))).getStage())
                .isEqualTo("ingest");

        stages.changeFilter("drawings", policy -> policy.setMaxScores(Map.of("redness", 1.0)));
        byte[] later = png(240, 10, 10);
        stages.send("drawings", later);
        await().atMost(PATIENCE).until(() -> images().containsKey(id(later)));
        assertThat(images()).doesNotContainKey(id(red));

        double scored = stages.pipeline.meters().value(Meter.STAGE_RECORDS, "scoring", "drawings", "passed");
        assertThat(stages.commands.output("rejections", "replay"))
                .startsWith("5 of 5 refused images were sent to be judged again: 5 from the quarantine");
        await().atMost(PATIENCE).until(() -> images().containsKey(id(red)));
        assertThat(stages.pipeline.meters().value(Meter.STAGE_RECORDS, "scoring", "drawings", "passed"))
                .isGreaterThan(scored);
        assertThat(images()).containsOnlyKeys(id(grey), id(brown), id(later), id(red));
        assertThat(rejections()).containsOnlyKeys(id(noNumber), id(error), id(endless), id(page));
        assertThat(stages.log.keys("images")).as("each admitted once").doesNotHaveDuplicates();
    }

    @Test
    void ingestWithoutModelsStartsOnlyIfNoImageWaitsBetweenItsSteps() throws Exception {
        byte[] grey = png(120, 120, 120);
        stages.send("drawings", grey);
        await().atMost(PATIENCE).until(() -> images().containsKey(id(grey)));
        try (Pipeline without = new Pipeline(TestSettings.of(stages.cluster, folder), Device.cpu())) {
            without.ingest().close();
            stages.removeLast();
            byte[] brown = png(120, 60, 0);
            stages.send("drawings", brown);
            Topic<Candidate> unscored = stages.topics.imagesUnscored();
            await().atMost(PATIENCE).until(() -> stages.log.read(unscored).size() == 2);

            assertThatThrownBy(without::ingest)
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("scoring.models is empty, but images wait in images-unscored, from offset ");

            stages.add(stages.pipeline.scoring().orElseThrow());
            await().atMost(PATIENCE).until(() -> images().containsKey(id(brown)));
            without.ingest().close();
        }
    }

    private void assertRefused(byte[] image, RejectionReason reason, String value, String bound) {
        Rejection rejection = Objects.requireNonNull(rejections().get(id(image)));
        assertThat(rejection.getStage()).isEqualTo("scoring");
        assertThat(rejection.getReason()).isEqualTo(reason);
        assertThat(rejection.getValue().orElseThrow()).startsWith(value);
        assertThat(rejection.getBound()).contains(bound);
        assertThat(rejection.getDetail()).contains("redness");
    }

    private Map<String, Image> images() {
        return stages.log.table(stages.topics.images());
    }

    private Map<String, Rejection> rejections() {
        return stages.log.table(stages.topics.imagesRejected());
    }

    private static byte[] png(int red, int green, int blue) throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = image.createGraphics();
        drawing.setColor(new Color(red, green, blue));
        drawing.fillRect(0, 0, 64, 64);
        drawing.dispose();
        return MixedFiles.encode("png", image);
    }
}
