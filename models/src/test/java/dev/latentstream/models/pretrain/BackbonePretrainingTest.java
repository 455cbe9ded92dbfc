package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.models.CaptionedFakes;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNetReference;
import dev.latentstream.models.pretrain.BackbonePretraining.Config;
import dev.latentstream.models.pretrain.Pretraining.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackbonePretrainingTest {
    static final Config SMALL = new Config(
            new UNet2DConditionModel.Config(
                    2,
                    2,
                    UNetReference.TINY.resolutions(),
                    UNetReference.TINY.blocks(),
                    new CrossAttention(8, CaptionedFakes.TEXT_WIDTH, 1),
                    new None()),
            4,
            30);

    @TempDir
    private Path folder;

    private final List<Progress> reports = new ArrayList<>();

    @Test
    void aRunThatWasStoppedAndResumedEndsWhereAnUninterruptedOneDoes() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Path whole = trained(1, 9, folder.resolve("whole"), () -> false);

        trained(1, 9, folder.resolve("cut"), () -> asked.incrementAndGet() > 4);
        Path resumed = trained(1, 9, folder.resolve("cut"), () -> false);

        assertThat(reports).extracting(Progress::step).containsExactly(9L, 4L, 9L);
        assertThat(reports.get(2).measured()).isEqualTo(reports.get(0).measured());
        assertThat(weights(resumed)).hasSameBinaryContentAs(weights(whole));
    }

    @Test
    void onlyTheLastStateIsKept() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        trained(1, 9, folder, () -> asked.incrementAndGet() > 4);
        trained(1, 9, folder, () -> false);

        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder("step-00000009", "out");
        }
    }

    @Test
    void whatItExportsIsTheNetworkWithItsObjective() throws IOException {
        Path out = trained(1, 3, folder, () -> false);

        Backbone described = BackboneFolder.describe(out);
        assertThat(described.configuration()).isEqualTo(new UNet2DConditionModel(SMALL.network()).configuration());
        assertThat(BackbonePretraining.OBJECTIVE.differences(out)).isEmpty();
        assertThat(Files.size(weights(out))).isBetween(2 * described.parameters(), 3 * described.parameters());
    }

    @Test
    void aRunLearns() throws IOException {
        trained(1, 1, folder.resolve("short"), () -> false);
        trained(1, 250, folder.resolve("long"), () -> false);

        assertThat(heldOutLoss(reports.get(1))).isLessThan(heldOutLoss(reports.get(0)) - 0.1);
    }

    @Test
    void theStateOfAnotherRunIsRefused() throws IOException {
        trained(1, 1, folder, () -> false);

        assertThatThrownBy(() -> trained(2, 1, folder, () -> false))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("is of the run seed 1", "seed 2", "Use another work folder, or delete it.");
    }

    private Path trained(long seed, long steps, Path work, BooleanSupplier stop) throws IOException {
        Pretraining run = new Pretraining(seed, steps, work, stop, reports::add);
        Path out = work.resolve("out");
        try (BackbonePretraining training = new BackbonePretraining(
                SMALL,
                run,
                new CaptionedFakes.Stripes(0),
                new CaptionedFakes.Stripes(1000),
                new CaptionedFakes.Halving(),
                new CaptionedFakes.Letters(),
                Device.cpu())) {
            training.train();
            training.export(out);
        }
        return out;
    }

    private static Path weights(Path pipeline) {
        return pipeline.resolve("unet").resolve("diffusion_pytorch_model.safetensors");
    }

    private static double heldOutLoss(Progress progress) {
        return Double.parseDouble(progress.measured().replaceAll(".* ", ""));
    }
}
