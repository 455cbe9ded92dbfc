package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.trainer.BackboneSettings;
import dev.latentstream.trainer.TrainerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPlanTest {
    private static final BackboneSettings NONE = new BackboneSettings();
    private static final BackboneSettings CHOSEN = new BackboneSettings("sdxl", null, ModelSize.TINY);

    @TempDir
    private Path folder;

    @Test
    void startsFromTheShippedBackbone() throws IOException {
        DemoPlan plan = plan(64, null, NONE, false);

        assertThat(trained(plan)).isEqualTo(BackboneSettings.shipped());
        assertThat(plan.whyFromScratch()).isEmpty();
    }

    @Test
    void startsFromScratchIfAsked() throws IOException {
        DemoPlan plan = plan(64, null, NONE, true);

        assertThat(trained(plan)).isEqualTo(NONE);
        assertThat(plan.whyFromScratch()).isEmpty();
    }

    @Test
    void startsFromScratchWithAReasonIfTheShippedBackboneDoesNotFit() throws IOException {
        for (DemoPlan plan : List.of(plan(128, null, NONE, false), plan(64, folder, NONE, false))) {
            assertThat(trained(plan)).isEqualTo(NONE);
            assertThat(plan.whyFromScratch()).get().asString().contains("scenes-unet", "64 pixels");
        }
    }

    @Test
    void aResumedDemoGivesNoReason() throws IOException {
        Files.createDirectories(folder.resolve("training/demo/checkpoints/step-00000300"));

        assertThat(plan(128, null, NONE, false).whyFromScratch()).isEmpty();
    }

    @Test
    void aChosenBackboneIsTaken() throws IOException {
        assertThat(trained(plan(128, null, CHOSEN, false))).isEqualTo(CHOSEN);
        assertThat(plan(128, null, CHOSEN, false).whyFromScratch()).isEmpty();
        assertThatThrownBy(() -> plan(64, null, CHOSEN, true))
                .hasMessage("--from-scratch applies to the default network; --backbone names another");
    }

    @Test
    void aRunThatStartsFromTrainedWeightsHasALowerLearningRate() throws IOException {
        assertThat(learningRate(plan(64, null, NONE, false))).isEqualTo(3e-5);
        assertThat(learningRate(plan(64, null, NONE, true))).isEqualTo(1e-3);
        assertThat(learningRate(plan(128, null, NONE, false))).isEqualTo(1e-3);
        assertThat(learningRate(plan(64, null, CHOSEN, false))).isEqualTo(1e-3);
    }

    @Test
    void aResumedRunKeepsTheLearningRateThatItStartedWith() throws IOException {
        Files.createDirectories(folder.resolve("training/demo/checkpoints/step-00000300"));
        assertThat(learningRate(plan(64, null, NONE, false))).isEqualTo(1e-3);

        Files.createDirectories(folder.resolve("training/demo/samples"));
        Files.createFile(folder.resolve("training/demo/samples/step-00000000.png"));
        assertThat(learningRate(plan(64, null, NONE, true))).isEqualTo(3e-5);
    }

    private static BackboneSettings trained(DemoPlan plan) throws IOException {
        return trainer(plan).backbone();
    }

    private static double learningRate(DemoPlan plan) throws IOException {
        return trainer(plan).optimiser().learningRate();
    }

    private static TrainerSettings trainer(DemoPlan plan) throws IOException {
        ClusterAddress cluster = new ClusterAddress("127.0.0.1:9092", "http://127.0.0.1:8081", null, 1);
        return plan.settings(cluster, List.of()).trainer();
    }

    private DemoPlan plan(int resolution, @Nullable Path vae, BackboneSettings backbone, boolean fromScratch) {
        return new DemoPlan(
                new DataFolder(folder),
                new DemoInput(List.of(), List.of(), null, 6),
                new DemoNetworks(vae, null, backbone, fromScratch),
                300,
                resolution,
                1,
                Device.cpu(),
                0);
    }
}
