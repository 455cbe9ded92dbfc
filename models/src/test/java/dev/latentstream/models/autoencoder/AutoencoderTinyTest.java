package dev.latentstream.models.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.Gradients;
import dev.latentstream.models.Reference;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.weights.WeightFiles;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutoencoderTinyTest {
    private static final AutoencoderTiny.Config SMALL =
            new AutoencoderTiny.Config(3, 4, 16, List.of(1, 1, 1), List.of(1, 1, 1));

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void latentsHaveAFourthOfTheSidesOfImages() {
        AutoencoderTiny network = network(SMALL, 1);
        NDArray images = waves(2, 3, 16, 24);

        NDArray latents = network.encode(Pass.PLAIN, images);
        NDArray decoded = network.decode(Pass.PLAIN, latents);

        assertThat(latents.getShape()).isEqualTo(new Shape(2, 4, 4, 6));
        assertThat(decoded.getShape()).isEqualTo(images.getShape());
    }

    @Test
    void everyHalvingDoublesTheDownsampling() {
        assertThat(new AutoencoderTiny.Config(3, 4, 8, List.of(1, 1), List.of(1, 1)).downsampling())
                .isEqualTo(2);
        assertThat(SMALL.downsampling()).isEqualTo(4);
        assertThat(AutoencoderTiny.Config.taesd(4).downsampling()).isEqualTo(8);
    }

    @Test
    void theOriginalNetworkHasItsPublishedNumberOfParameters() {
        assertThat(new AutoencoderTiny(AutoencoderTiny.Config.taesd(4)).parameters())
                .isEqualTo(1_222_532 + 1_222_531); // of taesd_encoder and taesd_decoder
    }

    @Test
    void learnsOneBatchByHeart() {
        AutoencoderTiny network = network(SMALL, 3);
        NDArray images = waves(2, 3, 16, 16);
        float first = Float.NaN;
        float last = Float.NaN;
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 150; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    NDArray loss = Torch.backward(() -> Torch.meanSquaredError(
                            network.decode(Pass.PLAIN, network.encode(Pass.PLAIN, images)), images));
                    optimiser.step(3e-3);
                    last = loss.getFloat();
                    first = step == 0 ? last : first;
                }
            }
        }
        assertThat(last).isLessThan(first / 10);
    }

    @Test
    void agreesWithDiffusers() throws IOException {
        try (Reference reference = new Reference(manager, "autoencoder-tiny");
                Autoencoder autoencoder = Autoencoders.load(Reference.folder("autoencoder-tiny"), Device.cpu())) {
            NDArray latents = reference.tensor("latents");
            NDArray decoded = reference.tensor("decoded");

            reference.assertAgrees(
                    autoencoder.encode(reference.images("images")).values(), "encoded");
            float[] rgb = autoencoder
                    .decode(new LatentBatch(2, 4, 3, 5, latents.toFloatArray()))
                    .rgb();

            float[] expected = decoded.clip(0, 1).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(rgb[i]).isBetween(expected[i] - 1e-4f, expected[i] + 1e-4f);
            }
        }
    }

    /** Against {@code tools/reference/gradients.py}. */
    @Test
    void itsLossAndGradientsAgreeWithDiffusersWhetherOrNotMemoryIsCollectedBefore() throws IOException {
        try (Reference reference = new Reference(manager, "autoencoder-tiny-gradients")) {
            AutoencoderTiny network =
                    new AutoencoderTiny(new AutoencoderTiny.Config(3, 4, 8, List.of(1, 2, 1), List.of(2, 1, 1)));
            Path weights = Reference.folder("autoencoder-tiny").resolve("diffusion_pytorch_model.safetensors");
            WeightFiles.load(network, manager, weights, UnaryOperator.identity());
            NDArray images = reference.tensor("images");
            Supplier<NDArray> loss = () ->
                    Torch.meanSquaredError(network.decode(Pass.PLAIN, network.encode(Pass.PLAIN, images)), images);

            reference.assertAgrees(loss.get().toFloatArray(), "loss");
            Gradients.assertAgree(Gradients.of(network, loss, true), reference);
        }
    }

    @Test
    void refusesAnEncoderAndADecoderOfDifferentDepth() {
        assertThatThrownBy(() -> new AutoencoderTiny.Config(3, 4, 8, List.of(1, 1), List.of(1)))
                .hasMessage("the encoder has 2 levels and the decoder 1");
    }

    private AutoencoderTiny network(AutoencoderTiny.Config config, long seed) {
        AutoencoderTiny network = new AutoencoderTiny(config);
        Weights.initialise(network, manager, seed);
        return network;
    }

    /** Smooth images: four values per block could not represent noise. */
    private NDArray waves(long... shape) {
        float[] values = new float[Math.toIntExact(new Shape(shape).size())];
        for (int i = 0; i < values.length; i++) {
            long column = i % shape[3];
            long row = i / shape[3] % shape[2];
            long plane = i / (shape[2] * shape[3]);
            values[i] = (float) (0.5 + 0.4 * Math.sin(0.3 * column + 0.2 * row * plane + plane));
        }
        return Torch.tensor(manager, values, shape);
    }
}
