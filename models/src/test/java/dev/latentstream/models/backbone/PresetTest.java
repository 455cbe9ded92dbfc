package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.Learning;
import dev.latentstream.models.Learning.Batch;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.Weights;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresetTest {
    private static final BackboneShape FIT = new BackboneShape(4, 16, 384, 16, 20);

    static Stream<String> names() {
        return Preset.all().stream().map(Preset::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void atFullSizeItFitsOtherLatentsAndTexts(String name) {
        Backbone network = Preset.named(name).scaled(ModelSize.FULL, new BackboneShape(16, 8, 384, 16, 20));

        assertThat(network.inChannels()).isEqualTo(16);
        assertThat(network.outChannels()).isIn(16, 32);
        assertThat(network.crossAttentionDim()).isEqualTo(384);
        assertThat(network.parameters())
                .isBetween(
                        Preset.named(name).cost().parameters() / 4,
                        2 * Preset.named(name).cost().parameters());
    }

    @ParameterizedTest
    @MethodSource("names")
    void aTinyOneIsSmallEnoughForACpu(String name) {
        assertThat(Preset.named(name).scaled(ModelSize.TINY, FIT).parameters()).isBetween(1_000_000L, 12_000_000L);
    }

    /** Two of each kind, the plainest and the one that differs most. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sd2",
                "if-xl",
                "sdxl-td4_4",
                "sdxl-base",
                "pixart-xl",
                "pixart-h1024-d56",
                "uvit-h512-d12-n8",
                "uvit-h2048-d42-n16"
            })
    void aTinyOneLearns(String name) {
        Backbone network = Preset.named(name).scaled(ModelSize.TINY, FIT);

        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Weights.initialise(network, manager, 1);
            float[] losses = losses(network, manager, 6);

            assertThat(losses[5]).isLessThan(losses[0]);
        }
    }

    @ParameterizedTest
    @CsvSource({"pixart-xl, 144, 4", "pixart-h1536-d28, 192, 4", "pixart-h1024-d28, 128, 4", "pixart-h1024-d56, 128, 8"
    })
    void aTinyPixArtKeepsItsProportions(String name, int width, int depth) {
        PixArtTransformer2DModel network =
                (PixArtTransformer2DModel) Preset.named(name).scaled(ModelSize.TINY, FIT);

        assertThat(network.config().width()).isEqualTo(width);
        assertThat(network.config().blocks().depth()).isEqualTo(depth);
        assertThat(network.outChannels()).isEqualTo(8); // the variance beside the noise
    }

    @Test
    void aTinyUNetKeepsItsProportions() {
        UNet2DConditionModel ofSdxl =
                (UNet2DConditionModel) Preset.named("sdxl").scaled(ModelSize.TINY, FIT);
        UNet2DConditionModel efficient =
                (UNet2DConditionModel) Preset.named("sdxl-td4_4").scaled(ModelSize.TINY, FIT);
        UNet2DConditionModel ofIf = (UNet2DConditionModel) Preset.named("if-xl").scaled(ModelSize.TINY, FIT);

        assertThat(ofSdxl.config().resolutions())
                .isEqualTo(List.of(new Resolution(32, 0), new Resolution(64, 1), new Resolution(128, 2)));
        assertThat(efficient.config().resolutions())
                .isEqualTo(List.of(new Resolution(32, 0), new Resolution(64, 1), new Resolution(128, 1)));
        assertThat(ofIf.config().resolutions())
                .isEqualTo(List.of(
                        new Resolution(32, 1), new Resolution(64, 1), new Resolution(96, 1), new Resolution(128, 0)));
        assertThat(ofIf.config().blocks().family()).isEqualTo(UNet2DConditionModel.BlockFamily.DEEPFLOYD_IF);
    }

    @Test
    void anUnknownNameIsRefusedWithAListOfAll() {
        assertThatThrownBy(() -> Preset.named("sdxl-td5"))
                .hasMessageStartingWith("no network is named sdxl-td5; there are sd2, ")
                .hasMessageContaining("pixart-h1024-d56")
                .hasMessageEndingWith("scenes-unet");
    }

    @Test
    void aLatentThatDoesNotSplitIntoPatchesIsRefused() {
        Preset preset = Preset.named("uvit-h2048-d42-n16");

        assertThatThrownBy(() -> preset.scaled(ModelSize.TINY, new BackboneShape(4, 15, 384, 16, 20)))
                .hasMessage("image size 15 is not a multiple of patch 2");
        assertThatThrownBy(() -> new BackboneShape(4, 16, 0, 16, 20)).hasMessage("text width 0 is less than 1");
    }

    /** Losses of steps on one batch, against noise of variance 1 in the first channels of the prediction. */
    private static float[] losses(Backbone network, NDManager manager, int steps) {
        NDArray latent = normal(manager, 1, 2, 4, 16, 16);
        NDArray noise = normal(manager, 2, 2, 4, 16, 16);
        Conditioning text = new Conditioning(normal(manager, 3, 2, 16, 384), null, added(manager));
        Batch batch = new Batch(latent, new float[] {100, 800}, text);
        return Learning.losses(network, batch, noise, steps, 1e-3);
    }

    private static AddedConditioning added(NDManager manager) {
        SizeConditioning whole = SizeConditioning.whole(64, 64);
        return new AddedConditioning(normal(manager, 4, 2, FIT.pooledWidth()), List.of(whole, whole));
    }

    private static NDArray normal(NDManager manager, long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        return Torch.tensor(manager, Initializer.normal(1).values(new Shape(shape), random), shape);
    }
}
