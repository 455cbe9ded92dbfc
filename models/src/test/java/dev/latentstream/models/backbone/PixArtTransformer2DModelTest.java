package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.Learning;
import dev.latentstream.models.Learning.Batch;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Blocks;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Conditions;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Config;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.PatchGrid;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextInput;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextUse;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PixArtTransformer2DModelTest {
    private static final PatchGrid GRID = new PatchGrid(8, 2, 1);
    private static final TextInput TEXT = new TextInput(6, TextUse.PROJECTED);
    private static final Config TINY = new Config(2, 2, GRID, new Blocks(2, 12, 2), TEXT, Conditions.STEP);
    private static final float[] STEPS = {1, 300, 600, 900};

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void predictsNothingBeforeItIsTrained() {
        Backbone network = initialised(TINY);

        NDArray noise = network.forward(Pass.PLAIN, normal(1, 4, 2, 6, 4), STEPS, text());

        assertThat(noise.getShape()).isEqualTo(new Shape(4, 2, 6, 4));
        assertThat(noise.toFloatArray()).containsOnly(0f);
    }

    @Test
    void isInitialisedAsPixArtIs() {
        Backbone network = initialised(TINY);

        assertThat(deviation(network, "adaln_single.linear.weight")).isCloseTo(0.02, within(0.002));
        assertThat(deviation(network, "caption_projection.linear_1.weight")).isCloseTo(0.02, within(0.004));
        assertThat(deviation(network, "transformer_blocks.1.attn2.to_out.0.weight"))
                .isZero();
        // Xavier: deviation sqrt(2 / (in + out)); queries, keys and values count as one matrix
        assertThat(deviation(network, "transformer_blocks.0.attn1.to_k.weight"))
                .isCloseTo(Math.sqrt(2.0 / (24 + 72)), within(0.01));
        assertThat(deviation(network, "transformer_blocks.0.ff.net.2.weight"))
                .isCloseTo(Math.sqrt(2.0 / (24 + 96)), within(0.01));
        assertThat(deviation(network, "transformer_blocks.0.scale_shift_table"))
                .isCloseTo(1 / Math.sqrt(24), within(0.03));
    }

    @Test
    void learnsOneBatchByHeart() {
        NDArray latents = normal(1, 4, 2, 4, 4);
        NDArray noise = normal(2, 4, 2, 4, 4);

        Batch batch = new Batch(latents, STEPS, text());
        float[] losses = Learning.losses(initialised(TINY), batch, noise, 150, 0.01);

        assertThat(losses[0]).isCloseTo(1f, within(0.2f)); // it predicts 0 for noise of variance 1
        assertThat(losses[150 - 1]).isLessThan(0.05f);
    }

    @Test
    void refusesATextWithoutTheSizesThatItNeeds() throws IOException {
        try (BackboneReference reference = new BackboneReference(manager, "pixart-shapes")) {
            Backbone network = reference.network();
            NDArray noisy = reference.tensor("noisy");
            Conditioning without = new Conditioning(reference.tensor("text"), null);
            Conditioning ofOne = new Conditioning(
                    reference.tensor("text"),
                    null,
                    new AddedConditioning(normal(1, 1, 1), List.of(SizeConditioning.whole(512, 512))));

            assertThatThrownBy(() -> network.forward(Pass.PLAIN, noisy, BackboneReference.STEPS, without))
                    .hasMessage("this network needs the height, width and aspect ratio of each image");
            assertThatThrownBy(() -> network.forward(Pass.PLAIN, noisy, BackboneReference.STEPS, ofOne))
                    .hasMessage("sizes of 1 images for 2 latents");
        }
    }

    @Test
    void refusesALatentThatDoesNotSplitIntoPatches() {
        Backbone network = initialised(TINY);
        NDArray latent = normal(1, 4, 2, 4, 5);
        Conditioning text = text();

        assertThatThrownBy(() -> network.forward(Pass.PLAIN, latent, STEPS, text))
                .hasMessage("width 5 is not a multiple of patch 2");
    }

    @Test
    void refusesAWidthThatPositionsDoNotSplit() {
        assertThatThrownBy(() -> new Blocks(2, 5, 2))
                .hasMessage("a width of 10 does not split by 4: a sine and a cosine of each side");
        Blocks blocks = new Blocks(2, 8, 2);
        assertThatThrownBy(() -> new Config(2, 2, GRID, blocks, TEXT, Conditions.STEP_AND_SHAPE))
                .hasMessage("a width of 16 does not split by 3: height, width and aspect ratio");
    }

    private double deviation(Backbone network, String name) {
        double squares = 0;
        float[] values = UNetReference.value(network, name).toFloatArray();
        for (float value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    private Conditioning text() {
        return new Conditioning(normal(3, 4, 3, 6), null);
    }

    private Backbone initialised(Config config) {
        Backbone network = new PixArtTransformer2DModel(config);
        Weights.initialise(network, manager, 5);
        return network;
    }

    private NDArray normal(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        return Torch.tensor(manager, Initializer.normal(1).values(new Shape(shape), random), shape);
    }
}
