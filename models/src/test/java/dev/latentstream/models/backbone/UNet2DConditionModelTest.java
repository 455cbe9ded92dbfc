package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.latentstream.models.Learning;
import dev.latentstream.models.Learning.Batch;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockFamily;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextTime;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UNet2DConditionModelTest {
    private static final Config TINY = UNetReference.TINY;
    private static final float[] STEPS = {7, 921};
    private static final float[] NONE = {};

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void predictsNothingBeforeItIsTrained() {
        UNet2DConditionModel network = initialised(TINY);
        NDArray noise = network.forward(
                Pass.PLAIN,
                normal(1, 3, 2, 7, 5),
                new float[] {0, 500, 999},
                new Conditioning(normal(2, 3, 4, 6), null));

        assertThat(noise.getShape()).isEqualTo(new Shape(3, 2, 7, 5));
        assertThat(noise.toFloatArray()).containsOnly(0f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "unet-sizes", "unet-if", "unet-mixed"})
    void agreesWithDiffusers(String variant) throws IOException {
        try (UNetReference reference = new UNetReference(manager, variant)) {
            NDArray noisy = reference.tensor("noisy");
            UNet2DConditionModel network = reference.network();

            NDArray plain = network.forward(Pass.PLAIN, noisy, STEPS, reference.text("text"));
            NDArray masked = network.forward(Pass.PLAIN, noisy, STEPS, reference.maskedText());

            assertWithin(plain.toFloatArray(), reference.floats("predicted"), 0, "predicted");
            assertWithin(masked.toFloatArray(), reference.floats("predicted_masked"), 0, "predicted under a mask");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "unet-sizes", "unet-if", "unet-mixed"})
    void everyGradientAgreesWithDiffusers(String variant) throws IOException {
        try (UNetReference reference = new UNetReference(manager, variant)) {
            UNet2DConditionModel network = reference.network();
            network.weights().values().forEach(w -> w.value().setRequiresGradient(true));
            NDArray noisy = reference.tensor("noisy");
            NDArray wanted = reference.tensor("wanted");
            Conditioning text = reference.maskedText();

            NDArray loss = Torch.backward(
                    () -> Torch.meanSquaredError(network.forward(Pass.PLAIN, noisy, STEPS, text), wanted));

            assertThat(loss.getFloat()).isCloseTo(reference.floats("loss")[0], withinPercentage(0.01));
            assertThat(reference.gradientNames())
                    .hasSameSizeAs(network.weights().keySet());
            Map<String, float[]> expected = new HashMap<>();
            for (String name : reference.gradientNames()) {
                expected.put(name.substring("gradient.".length()), reference.floats(name));
            }
            float greatest = greatest(expected.values());
            expected.forEach((name, gradient) -> {
                float[] actual =
                        UNetReference.value(network, name).getGradient().toFloatArray();
                assertWithin(actual, gradient, 1e-3f * greatest, name);
            });
        }
    }

    @Test
    void learnsOneBatchByHeart() {
        NDArray latents = normal(1, 4, 2, 4, 4);
        NDArray noise = normal(2, 4, 2, 4, 4);

        Batch batch = new Batch(latents, new float[] {1, 300, 600, 900}, new Conditioning(normal(3, 4, 3, 6), null));
        float[] losses = Learning.losses(initialised(TINY), batch, noise, 120, 0.01);

        assertThat(losses[0]).isCloseTo(1f, within(0.2f)); // it predicts 0 for noise of variance 1
        assertThat(losses[120 - 1]).isLessThan(0.05f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "unet-sizes", "unet-if", "unet-mixed"})
    void gradientsDoNotChangeWhenMemoryIsCollectedBeforeTheBackwardPass(String variant) throws IOException {
        Map<String, float[]> undisturbed = gradients(variant, false);
        float greatest = greatest(undisturbed.values());

        gradients(variant, true)
                .forEach((name, gradient) ->
                        assertWithin(gradient, undisturbed.getOrDefault(name, NONE), 1e-3f * greatest, name));
    }

    @Test
    void refusesATextWithoutTheSizesThatItNeeds() throws IOException {
        try (UNetReference reference = new UNetReference(manager, "unet-sizes")) {
            UNet2DConditionModel network = reference.network();
            Conditioning text = new Conditioning(reference.tensor("text"), null);
            NDArray noisy = reference.tensor("noisy");

            assertThatThrownBy(() -> network.forward(Pass.PLAIN, noisy, STEPS, text))
                    .hasMessage("this network needs the pooled text and the sizes of each image");
        }
    }

    @Test
    void refusesChannelsThatDoNotSplitIntoGroups() {
        List<Resolution> levels = List.of(new Resolution(30, 0));
        Blocks blocks = new Blocks(2, 4, BlockFamily.LATENT_DIFFUSION);

        assertThatThrownBy(() -> new Config(4, 4, levels, blocks, new CrossAttention(10, 8, 1), new None()))
                .hasMessage("30 channels do not split by groups 4");
    }

    @Test
    void refusesTwoAttentionLayersPerResidualBlockOfDeepFloydIf() {
        List<Resolution> levels = List.of(new Resolution(8, 2));
        Blocks blocks = new Blocks(2, 4, BlockFamily.DEEPFLOYD_IF);

        assertThatThrownBy(() -> new Config(4, 4, levels, blocks, new CrossAttention(8, 8, 2), new None()))
                .hasMessage("2 attention layers per residual block; DeepFloyd IF supports 1");
    }

    @Test
    void refusesSizesBelowTheirBounds() {
        assertThatThrownBy(() -> new Blocks(0, 4, BlockFamily.LATENT_DIFFUSION))
                .hasMessage("residual blocks 0 is less than 1");
        assertThatThrownBy(() -> new CrossAttention(8, 0, 1)).hasMessage("text width 0 is less than 1");
        assertThatThrownBy(() -> new Resolution(8, -1)).hasMessage("depth -1 is less than 0");
        assertThatThrownBy(() -> new TextTime(8, -16)).hasMessage("width of the pooled text -16 is less than 1");
    }

    /** By name, of the reference network. */
    private Map<String, float[]> gradients(String variant, boolean collect) throws IOException {
        try (UNetReference reference = new UNetReference(manager, variant)) {
            UNet2DConditionModel network = reference.network();
            network.weights().values().forEach(w -> w.value().setRequiresGradient(true));
            NDArray noisy = reference.tensor("noisy");
            Conditioning text = reference.maskedText();
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray sum = Torch.withGradients(
                        () -> network.forward(Pass.PLAIN, noisy, STEPS, text).sum());
                List<ByteBuffer> reuse = collect ? collectAndRefill() : List.of();
                JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
                assertThat(reuse).hasSize(collect ? 4000 : 0);
            }
            Map<String, float[]> gradients = new HashMap<>();
            network.weights()
                    .forEach((name, weight) ->
                            gradients.put(name, weight.value().getGradient().toFloatArray()));
            return gradients;
        }
    }

    /** Collects garbage and fills the freed native memory with other numbers. */
    private static List<ByteBuffer> collectAndRefill() {
        System.gc();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            buffers.add(ByteBuffer.allocateDirect(16).putLong(0, 0x4141414141414141L));
        }
        return buffers;
    }

    /** Every value within 1e-4 of the greatest expected one, or of the floor where all expected ones vanish. */
    private static void assertWithin(float[] actual, float[] expected, float floor, String what) {
        float bound = 1e-4f * Math.max(greatest(expected), floor);
        assertThat(actual).as(what).containsExactly(expected, within(bound));
    }

    private static float greatest(Collection<float[]> tensors) {
        float greatest = 0;
        for (float[] values : tensors) {
            greatest = Math.max(greatest, greatest(values));
        }
        return greatest;
    }

    private static float greatest(float[] values) {
        float greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        return greatest;
    }

    private UNet2DConditionModel initialised(Config config) {
        UNet2DConditionModel network = new UNet2DConditionModel(config);
        Weights.initialise(network, manager, 5);
        return network;
    }

    private NDArray normal(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        return Torch.tensor(manager, Initializer.normal(1).values(new Shape(shape), random), shape);
    }
}
