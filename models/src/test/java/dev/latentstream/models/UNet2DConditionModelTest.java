package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.latentstream.models.UNet2DConditionModel.Config;
import dev.latentstream.models.UNet2DConditionModel.Level;
import dev.latentstream.models.UNet2DConditionModel.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UNet2DConditionModelTest {
    private static final Config TINY = new Config(2, 2, List.of(new Level(8, 0), new Level(16, 1)), 1, 1, 8, 6, 4);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void predictsNothingBeforeItIsTrained() {
        UNet2DConditionModel network = initialised(TINY);
        NDArray noise = network.forward(
                Pass.PLAIN, normal(1, 3, 2, 7, 5), new float[] {0, 500, 999}, new Text(normal(2, 3, 4, 6), null));

        assertThat(noise.getShape()).isEqualTo(new Shape(3, 2, 7, 5));
        assertThat(noise.toFloatArray()).containsOnly(0f);
    }

    @Test
    void agreesWithDiffusers() throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            NDArray noise = reference
                    .network()
                    .forward(Pass.PLAIN, reference.tensor("noisy"), new float[] {7, 921}, reference.text("text"));

            assertThat(noise.toFloatArray()).containsExactly(reference.floats("predicted"), within(2e-5f));
        }
    }

    @Test
    void itsLossAndGradientsUnderAMaskAgreeWithDiffusers() throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            UNet2DConditionModel network = reference.network();
            network.weights().values().forEach(w -> w.value().setRequiresGradient(true));
            NDArray noisy = reference.tensor("noisy");
            NDArray noise = reference.tensor("noise");
            Text text = reference.maskedText();

            NDArray loss = Torch.backward(() ->
                    Torch.meanSquaredError(network.forward(Pass.PLAIN, noisy, new float[] {7, 921}, text), noise));

            assertThat(loss.getFloat()).isCloseTo(reference.floats("loss")[0], within(1e-5f));
            assertThat(reference.gradientNames()).hasSizeGreaterThan(150);
            for (String name : reference.gradientNames()) {
                NDArray weight = UNetReference.value(network, name.substring("gradient.".length()));
                assertThat(weight.getGradient().toFloatArray())
                        .as(name)
                        .containsExactly(reference.floats(name), within(1e-5f));
            }
        }
    }

    @Test
    void learnsOneBatchByHeart() {
        UNet2DConditionModel network = initialised(TINY);
        NDArray latent = normal(1, 4, 2, 4, 4);
        NDArray noise = normal(2, 4, 2, 4, 4);
        Text text = new Text(normal(3, 4, 3, 6), null);
        float first = 0;
        float last = 0;
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 120; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    last = Torch.backward(() -> Torch.meanSquaredError(
                                    network.forward(Pass.PLAIN, latent, new float[] {1, 300, 600, 900}, text), noise))
                            .getFloat();
                    optimiser.step(0.01);
                }
                first = step == 0 ? last : first;
            }
        }

        assertThat(first).isCloseTo(1f, within(0.2f)); // it predicts 0 for noise of variance 1
        assertThat(last).isLessThan(0.05f);
    }

    @Test
    void gradientsDoNotChangeWhenMemoryIsCollectedBeforeTheBackwardPass() throws IOException {
        assertThat(gradients(true)).containsExactlyEntriesOf(gradients(false));
    }

    @Test
    void refusesChannelsThatDoNotSplitIntoGroups() {
        List<Level> levels = List.of(new Level(30, 0));

        assertThatThrownBy(() -> new Config(4, 4, levels, 2, 1, 10, 8, 4))
                .hasMessage("30 channels do not split by groups 4");
    }

    /** Sums of the gradients by name, of the reference network. */
    private Map<String, Float> gradients(boolean collect) throws IOException {
        try (UNetReference reference = new UNetReference(manager)) {
            UNet2DConditionModel network = reference.network();
            network.weights().values().forEach(w -> w.value().setRequiresGradient(true));
            NDArray noisy = reference.tensor("noisy");
            Text text = reference.maskedText();
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray sum = Torch.withGradients(() -> network.forward(Pass.PLAIN, noisy, new float[] {7, 921}, text)
                        .sum());
                List<ByteBuffer> reuse = collect ? collectAndRefill() : List.of();
                JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
                assertThat(reuse).hasSize(collect ? 4000 : 0);
            }
            Map<String, Float> sums = new HashMap<>();
            network.weights()
                    .forEach((name, weight) ->
                            sums.put(name, weight.value().getGradient().sum().getFloat()));
            return sums;
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

    private UNet2DConditionModel initialised(Config config) {
        UNet2DConditionModel network = new UNet2DConditionModel(config);
        Weights.initialise(network, manager, 5);
        return network;
    }

    private NDArray normal(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        return Torch.tensor(manager, Init.normal(1).values(new Shape(shape), random), shape);
    }
}
