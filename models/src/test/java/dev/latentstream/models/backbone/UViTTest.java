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
import dev.latentstream.models.backbone.UViT.Config;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.Weights;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UViTTest {
    private static final Config TINY = new Config(2, 4, 2, 24, 4, 2, 6, 3);
    private static final float[] STEPS = {1, 300, 600, 900};

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void learnsOneBatchByHeart() {
        NDArray latents = normal(1, 4, 2, 4, 4);
        NDArray noise = normal(2, 4, 2, 4, 4);

        Batch batch = new Batch(latents, STEPS, new Conditioning(normal(3, 4, 3, 6), null));
        float[] losses = Learning.losses(initialised(), batch, noise, 150, 0.01);

        assertThat(losses[0]).isCloseTo(1f, within(0.2f)); // it begins close to 0, for noise of variance 1
        assertThat(losses[150 - 1]).isLessThan(0.05f);
    }

    @Test
    void paddingHasNoEffect() {
        UViT network = initialised();
        NDArray latent = normal(1, 4, 2, 4, 4);
        NDArray bias = Torch.tensor(manager, new float[] {0, 0, -10_000, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 4, 1, 1, 3);
        NDArray states = normal(3, 4, 3, 6);
        NDArray others = Torch.tensor(manager, withTokenReplaced(states.toFloatArray()), 4, 3, 6);

        float[] masked = predicted(network, latent, new Conditioning(states, bias));

        assertThat(predicted(network, latent, new Conditioning(others, bias))).containsExactly(masked, within(1e-6f));
        assertThat(predicted(network, latent, new Conditioning(others, null)))
                .isNotEqualTo(predicted(network, latent, new Conditioning(states, null)));
    }

    @Test
    void refusesShapesThatItHasNoPositionsFor() {
        UViT network = initialised();
        Conditioning text = new Conditioning(normal(3, 4, 3, 6), null);
        Conditioning longer = new Conditioning(normal(3, 4, 5, 6), null);

        assertThatThrownBy(() -> predicted(network, normal(1, 4, 2, 4, 6), text))
                .hasMessage("a latent of 4 x 6; this network has positions for 4 x 4");
        assertThatThrownBy(() -> predicted(network, normal(1, 4, 2, 4, 4), longer))
                .hasMessage("a text of 5 tokens; this network has positions for 3");
    }

    @Test
    void refusesSidesThatDoNotSplit() {
        assertThatThrownBy(() -> new Config(2, 5, 2, 24, 4, 2, 6, 3))
                .hasMessage("image size 5 is not a multiple of patch 2");
        assertThatThrownBy(() -> new Config(2, 4, 2, 24, 4, 5, 6, 3))
                .hasMessage("a width of 24 does not split by 5 heads");
    }

    /** The third token of the first text, which the bias masks. */
    private static float[] withTokenReplaced(float[] states) {
        for (int axis = 12; axis < 18; axis++) {
            states[axis] = 3;
        }
        return states;
    }

    private static float[] predicted(UViT network, NDArray latent, Conditioning text) {
        return network.forward(Pass.PLAIN, latent, STEPS, text).toFloatArray();
    }

    private UViT initialised() {
        UViT network = new UViT(TINY);
        Weights.initialise(network, manager, 5);
        return network;
    }

    private NDArray normal(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        return Torch.tensor(manager, Initializer.normal(1).values(new Shape(shape), random), shape);
    }
}
