package dev.latentstream.models.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.BackboneShape;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.models.backbone.Preset;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNetReference;
import dev.latentstream.models.diffusion.StepComputation.Arithmetic;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.nn.CheckpointingPass;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.text.TextStates;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares each way to compute a step with the plain one. */
class StepComputationTest {
    private static final float[] STEPS = {7, 921};
    private static final StepComputation RECOMPUTED = new StepComputation(Arithmetic.FLOAT32, true, 0);
    private static final StepComputation MIXED = new StepComputation(Arithmetic.BFLOAT16, false, 0);
    private static final StepComputation BOTH = new StepComputation(Arithmetic.BFLOAT16, true, 0);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "unet-sizes", "unet-if", "unet-mixed"})
    void recomputedGradientsAreThePlainOnes(String variant) throws IOException {
        assertThat(distance(gradients(variant, Pass.PLAIN), gradients(variant, RECOMPUTED.pass())))
                .isLessThan(1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "unet-sizes", "unet-if", "unet-mixed"})
    void gradientsInBfloat16AreNearThePlainOnes(String variant) throws IOException {
        Map<String, float[]> plain = gradients(variant, Pass.PLAIN);

        assertThat(distance(plain, gradients(variant, MIXED.pass()))).isBetween(1e-5, 0.04);
        assertThat(distance(plain, gradients(variant, BOTH.pass()))).isBetween(1e-5, 0.04);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart-xl", "pixart-h1024-d28", "uvit-h2048-d42-n16"})
    void transformersComputeTheSameInEachWay(String name) {
        Map<String, float[]> plain = gradientsOfTiny(name, Pass.PLAIN);

        assertThat(distance(plain, gradientsOfTiny(name, RECOMPUTED.pass()))).isLessThan(1e-5);
        assertThat(distance(plain, gradientsOfTiny(name, MIXED.pass()))).isBetween(1e-5, 0.04);
        assertThat(distance(plain, gradientsOfTiny(name, BOTH.pass()))).isBetween(1e-5, 0.04);
    }

    @Test
    void computesBlocksTwiceAndTheRestOnce() throws IOException {
        Counting plain = new Counting();
        Counting counting = new Counting();

        gradients("unet", plain);
        gradients("unet", new CheckpointingPass(counting));

        // two convolutions per residual block, and shortcuts; the first, the last and the resamplers are outside of
        // blocks
        assertThat(counting.convolutions).isGreaterThan(plain.convolutions + plain.convolutions / 2);
        assertThat(counting.convolutions).isLessThan(2 * plain.convolutions);
    }

    @Test
    void microBatchesGatherTheGradientOfTheWhole() {
        DiffusionTraining.Config whole = config(StepComputation.PLAIN);
        DiffusionTraining.Config parts = config(new StepComputation(Arithmetic.FLOAT32, false, 3)); // 3, 3 and 2 of 8

        assertThat(losses(parts))
                .usingElementComparator(StepComputationTest::nearly)
                .containsExactly(losses(whole));
    }

    @Test
    void aRunInBfloat16LearnsAsThePlainOne() {
        float[] plain = losses(config(StepComputation.PLAIN));
        float[] mixed = losses(config(BOTH));

        assertThat(mean(mixed)).isCloseTo(mean(plain), withinPercentage(2));
        assertThat(mixed).isNotEqualTo(plain);
    }

    @Test
    void refusesAMicroBatchBelowNothing() {
        assertThatThrownBy(() -> new StepComputation(Arithmetic.FLOAT32, false, -1))
                .hasMessage("a micro-batch of -1 samples; 0 for all at once");
    }

    private Map<String, float[]> gradients(String variant, Pass pass) throws IOException {
        try (UNetReference reference = new UNetReference(manager, variant)) {
            return gradients(
                    reference.network(),
                    pass,
                    reference.tensor("noisy"),
                    reference.maskedText(),
                    reference.tensor("wanted"));
        }
    }

    /** All weights are random: with initial weights many gradients would be zero. */
    private Map<String, float[]> gradientsOfTiny(String name, Pass pass) {
        Backbone network = Preset.named(name).scaled(ModelSize.TINY, new BackboneShape(2, 8, 12, 5, 12));
        Weights.initialise(network, manager, 1);
        network.weights().forEach((key, weight) -> {
            float[] values = Initializer.normal(0.1).values(weight.shape(), new SplittableRandom(key.hashCode()));
            Torch.write(weight.value(), values);
        });
        return gradients(
                network,
                pass,
                tensor(2, 2, 8, 8),
                new Backbone.Conditioning(tensor(2, 5, 12), null),
                tensor(2, network.outChannels(), 8, 8));
    }

    private static Map<String, float[]> gradients(
            Backbone network, Pass pass, NDArray noisy, Backbone.Conditioning text, NDArray wanted) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            network.weights().values().forEach(weight -> weight.value().setRequiresGradient(true));

            pass.backward(() -> Torch.meanSquaredError(
                    Torch.cast(network.forward(pass, noisy, STEPS, text), Torch.FLOAT32), wanted));

            Map<String, float[]> gradients = new LinkedHashMap<>();
            network.weights()
                    .forEach((name, weight) ->
                            gradients.put(name, weight.value().getGradient().toFloatArray()));
            return gradients;
        }
    }

    private NDArray tensor(long... shape) {
        return Torch.tensor(
                manager, Initializer.normal(1).values(new Shape(shape), new SplittableRandom(shape.length)), shape);
    }

    /** Norm of the difference by the norm of the first. */
    private static double distance(Map<String, float[]> plain, Map<String, float[]> other) {
        double difference = 0;
        double norm = 0;
        for (Map.Entry<String, float[]> entry : plain.entrySet()) {
            float[] a = entry.getValue();
            float[] b = Objects.requireNonNull(other.get(entry.getKey()));
            for (int i = 0; i < a.length; i++) {
                difference += Math.pow(a[i] - b[i], 2);
                norm += Math.pow(a[i], 2);
            }
        }
        return Math.sqrt(difference / norm);
    }

    private static float[] losses(DiffusionTraining.Config config) {
        try (DiffusionTraining training =
                DiffusionTraining.begin(config, new UNet2DConditionModel(UNetReference.TINY), Device.cpu())) {
            for (int step = 0; step < 12; step++) {
                LatentBatch latents = new LatentBatch(8, 2, 4, 4, normal(step, 8L * 2 * 4 * 4));
                int[] lengths = {3, 2, 1, 3, 3, 1, 2, 3};
                TextStates text = new TextStates(3, 6, normal(100 + step, 8L * 3 * 6), lengths, new float[8]);
                training.train(
                        latents, new BatchConditioning(text, Collections.nCopies(8, SizeConditioning.whole(16, 16))));
            }
            return training.takeLosses();
        }
    }

    private static DiffusionTraining.Config config(StepComputation computation) {
        DiffusionObjective objective =
                new DiffusionObjective(DiffusionSchedule.scaledLinear().zeroTerminal(), Prediction.VELOCITY, 5);
        return new DiffusionTraining.Config(
                3, objective, new LearningRate(0.01, 3), AdamW.Config.standard(), 0.9, computation);
    }

    private static float[] normal(long seed, long size) {
        return Initializer.normal(1).values(new Shape(size), new SplittableRandom(seed));
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static int nearly(float a, float b) {
        return Math.abs(a - b) < 1e-4 * Math.abs(a) ? 0 : Float.compare(a, b);
    }

    /** Counts convolutions. */
    private static final class Counting extends Pass {
        private int convolutions;

        @Override
        public NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
            convolutions++;
            return super.conv2d(x, weight, bias, stride, padding);
        }
    }
}
