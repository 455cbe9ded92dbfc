package dev.latentstream.models.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.Gradients;
import dev.latentstream.models.NameList;
import dev.latentstream.models.Reference;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoencoderKLTest {
    private static final String OLDER = "autoencoder-kl"; // its file has the attention's older names
    private static final String PLAIN = "autoencoder-kl-plain";

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void theOfficialNetworkHasItsPublishedNumberOfParameters() {
        AutoencoderKL network = new AutoencoderKL(AutoencoderKL.Config.sd());

        assertThat(network.parameters()).isEqualTo(83_653_863);
        assertThat(parameters(network, "encoder.")).isEqualTo(34_163_592);
        assertThat(parameters(network, "decoder.")).isEqualTo(49_490_179);
        assertThat(parameters(network, "quant_conv.")).isEqualTo(72);
        assertThat(parameters(network, "post_quant_conv.")).isEqualTo(20);
    }

    @Test
    void theOfficialNetworkHasTheTensorsOfDiffusers() throws IOException {
        assertThat(NameList.of(new AutoencoderKL(AutoencoderKL.Config.sd())))
                .isEqualTo(NameList.read("autoencoder-kl.names.gz"));
    }

    @ParameterizedTest
    @ValueSource(strings = {OLDER, "autoencoder-kl-16", PLAIN})
    void agreesWithDiffusers(String name) throws IOException {
        try (Reference reference = new Reference(manager, name)) {
            AutoencoderKL network = network(name, null);

            Posterior posterior = network.posterior(Pass.PLAIN, reference.tensor("images"));
            NDArray sample = posterior.sample(reference.tensor("noise"));

            reference.assertAgrees(posterior.mean().toFloatArray(), "mean");
            reference.assertAgrees(posterior.logVariance().toFloatArray(), "logvar");
            reference.assertAgrees(posterior.divergence().toFloatArray(), "divergence");
            reference.assertAgrees(sample.toFloatArray(), "sample");
            reference.assertAgrees(
                    network.decode(Pass.PLAIN, reference.tensor("sample")).toFloatArray(), "decoded");
        }
    }

    @ParameterizedTest
    @CsvSource({"autoencoder-kl, 32", "autoencoder-kl-16, 16", "autoencoder-kl-plain, 16"})
    void aLargeImageInTilesAgreesWithDiffusers(String name, int side) throws IOException {
        try (Reference reference = new Reference(manager, name)) {
            AutoencoderKL network = network(name, new Tiling(side, config(name).downsampling()));

            NDArray mean = network.encode(Pass.PLAIN, reference.tensor("large"));
            NDArray decoded = network.decode(Pass.PLAIN, reference.tensor("large_mean"));

            assertThat(mean.getShape()).isEqualTo(reference.tensor("large_mean").getShape());
            reference.assertAgrees(mean.toFloatArray(), "large_mean");
            reference.assertAgrees(decoded.toFloatArray(), "large_decoded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OLDER, "autoencoder-kl-16", PLAIN})
    void itsLossAndGradientsAgreeWithDiffusers(String name) throws IOException {
        try (Reference reference = new Reference(manager, name)) {
            AutoencoderKL network = network(name, null);

            reference.assertAgrees(loss(network, reference).toFloatArray(), "loss");
            Map<String, float[]> gradients = Gradients.of(network, () -> loss(network, reference));

            Gradients.assertAgree(gradients, reference);
        }
    }

    @Test
    void gradientsDoNotChangeWhenMemoryIsCollectedBeforeTheBackwardPass() throws IOException {
        try (Reference reference = new Reference(manager, OLDER)) {
            AutoencoderKL first = network(OLDER, null);
            AutoencoderKL second = network(OLDER, null);

            Map<String, float[]> disturbed = Gradients.of(first, () -> loss(first, reference), true);
            Map<String, float[]> undisturbed = Gradients.of(second, () -> loss(second, reference), false);

            assertThat(disturbed.keySet()).isEqualTo(undisturbed.keySet());
            undisturbed.forEach(
                    (name, values) -> assertThat(disturbed.get(name)).as(name).isEqualTo(values));
        }
    }

    @Test
    void learnsOneBatchByHeart() {
        AutoencoderKL network =
                new AutoencoderKL(new AutoencoderKL.Config(3, 4, List.of(8, 8), 1, 4, true, true, true));
        Weights.initialise(network, manager, 2);
        NDArray images = waves();
        float first = Float.NaN;
        float last = Float.NaN;
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 150; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    last = Torch.backward(() -> Torch.meanSquaredError(
                                    network.decode(Pass.PLAIN, network.encode(Pass.PLAIN, images)), images))
                            .getFloat();
                    optimiser.step(5e-3);
                    first = step == 0 ? last : first;
                }
            }
        }
        assertThat(last).isLessThan(first / 10);
    }

    @Test
    void theFolderIsAnAutoencoderOfScaledLatents() throws IOException {
        try (Reference reference = new Reference(manager, PLAIN);
                Autoencoder autoencoder = Autoencoders.load(Reference.folder(PLAIN), Device.cpu())) {
            float[] mean = reference.tensor("mean").toFloatArray();
            double[] means = {0.5, 0, -1, 2};
            int area = 16 * 24;

            float[] latents = autoencoder.encode(reference.images("images")).values();

            assertThat(autoencoder.downsampling()).isEqualTo(1);
            for (int i = 0; i < mean.length; i++) {
                int channel = i / area % 4;
                double expected = (mean[i] - means[channel]) / (channel + 1) * 0.18215;
                assertThat((double) latents[i]).isBetween(expected - 1e-4, expected + 1e-4);
            }
        }
    }

    @Test
    void theScaleOfSdxlIsReadFromItsConfiguration() throws IOException {
        try (Reference reference = new Reference(manager, OLDER);
                Autoencoder autoencoder = Autoencoders.load(Reference.folder(OLDER), Device.cpu())) {
            float[] mean = reference.tensor("mean").toFloatArray();

            float[] latents = autoencoder.encode(reference.images("images")).values();

            assertThat(autoencoder.downsampling()).isEqualTo(4);
            assertThat(latents[7]).isBetween(mean[7] * 0.13025f - 1e-4f, mean[7] * 0.13025f + 1e-4f);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"silu\" | \"relu\" | act_fn is \"relu\"; supported is \"silu\"",
                "\"norm_num_groups\": 4 | \"norm_num_groups\": 5 | 12 channels do not split into 5 groups",
                "\"DownEncoderBlock2D\" | \"AttnDownEncoderBlock2D\" | known is DownEncoderBlock2D for each of the 1",
                "\"UpDecoderBlock2D\" | \"AttnUpDecoderBlock2D\" | known is UpDecoderBlock2D for each of the 1",
                "\"out_channels\": 3 | \"out_channels\": 4 | known is the number of in_channels, 3",
                "\"scaling_factor\": 0.18215 | \"scaling_factor\": 0 | scaling_factor is 0; it must be above 0",
                "\"use_quant_conv\": true | \"use_quant_conv\": 1 | use_quant_conv is 1; expected true or false",
                "\"sample_size\" | \"sample_sizes\" | sample_sizes is 32; diffusers' AutoencoderKL has no such setting"
            })
    void refusesWhatItCannotComputeByName(String was, String is, String fault) throws IOException {
        String json = Files.readString(Reference.folder(PLAIN).resolve("config.json"));
        assertThat(json).contains(was);
        Files.writeString(folder.resolve("config.json"), json.replace(was, is));

        assertThatThrownBy(() -> Autoencoders.load(folder, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void refusesTilesThatDoNotSplit() {
        assertThatThrownBy(() -> new Tiling(40, 4))
                .hasMessage("a tile of 40 pixels does not split into 4 parts of blocks of 4 pixels");
    }

    /** As tools/reference/autoencoder_kl.py computes it. */
    private static NDArray loss(AutoencoderKL network, Reference reference) {
        try {
            NDArray images = reference.tensor("images");
            Posterior posterior = network.posterior(Pass.PLAIN, images);
            NDArray decoded = network.decode(Pass.PLAIN, posterior.sample(reference.tensor("noise")));
            NDArray divergence = posterior.divergence().mean();
            return Torch.meanSquaredError(decoded, images).add(Torch.scale(divergence, 0.1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AutoencoderKL network(String name, @Nullable Tiling tiling) throws IOException {
        AutoencoderKL network = new AutoencoderKL(config(name), tiling);
        AutoencoderKLFiles.load(
                network, manager, Reference.folder(name).resolve("diffusion_pytorch_model.safetensors"));
        return network;
    }

    private static AutoencoderKL.Config config(String name) throws IOException {
        return AutoencoderKLFiles.describe(
                        ModelConfig.read(Reference.folder(name).resolve("config.json")))
                .config();
    }

    private static long parameters(Layer network, String prefix) {
        return network.weights().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(entry -> entry.getValue().shape().size())
                .sum();
    }

    private NDArray waves() {
        Shape shape = new Shape(2, 3, 8, 8);
        float[] values = Initializer.normal(0.05).values(shape, new SplittableRandom(1));
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.5 + 0.4 * Math.sin(0.3 * (i % 8) + 0.2 * (i / 8 % 8)));
        }
        return Torch.tensor(manager, values, shape.getShape());
    }
}
