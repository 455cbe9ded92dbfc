package dev.latentstream.models.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextTime;
import dev.latentstream.models.backbone.UNetReference;
import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.text.TextStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffusionTrainingTest {
    private static final UNet2DConditionModel.Config TINY = UNetReference.TINY;
    private static final DiffusionObjective OBJECTIVE =
            new DiffusionObjective(DiffusionSchedule.scaledLinear(), Prediction.NOISE);
    private static final DiffusionTraining.Config CONFIG = new DiffusionTraining.Config(
            11, OBJECTIVE, new LearningRate(0.01, 3), AdamW.Config.standard(), 0.9, StepComputation.PLAIN);

    private static final int POOLED = 5;

    @TempDir
    private Path folder;

    @Test
    void theLossOnARepeatedBatchFalls() {
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            for (int step = 0; step < 60; step++) {
                training.train(latents(1), conditioning(2));
            }
            float[] losses = training.takeLosses();

            assertThat(losses).hasSize(60);
            assertThat(mean(losses, 0, 5)).isCloseTo(1, within(0.15)); // it predicts 0 for noise of variance 1
            assertThat(mean(losses, 50, 60)).isLessThan(0.8);
        }
    }

    @Test
    void theLossOfAStepIsTheMeanOfWeightedLosses() {
        float[] weights = {2, 0, 0.5f, 1};
        try (DiffusionTraining weighted =
                        DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu());
                DiffusionTraining plain =
                        DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            weighted.train(latents(1), conditioning(2), weights);
            plain.train(latents(1), conditioning(2));

            StepLoss step = weighted.takeStepLosses().get(0);
            StepLoss equal = plain.takeStepLosses().get(0);
            float[] samples = step.samples();

            assertThat(samples).hasSize(4).containsExactly(equal.samples()); // before the step, without weights
            assertThat(step.loss()).isCloseTo((2 * samples[0] + samples[2] / 2 + samples[3]) / 4, within(1e-6f));
            assertThat(equal.loss()).isCloseTo((samples[0] + samples[1] + samples[2] + samples[3]) / 4, within(1e-6f));
        }
    }

    @Test
    void aSampleOfWeightZeroDoesNotChangeTheNetwork() throws IOException {
        float[] other = latents(1).values().clone();
        Arrays.fill(other, 32, 64, 7); // the second sample
        for (boolean changed : new boolean[] {false, true}) {
            try (DiffusionTraining training =
                    DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
                LatentBatch batch = changed ? new LatentBatch(4, 2, 4, 4, other) : latents(1);
                training.train(batch, conditioning(2), new float[] {1, 0, 1, 1});
                training.save(folder.resolve(Boolean.toString(changed)));
            }
        }

        Path weights = Path.of("network", "diffusion_pytorch_model.safetensors");
        assertThat(folder.resolve("true").resolve(weights))
                .hasSameBinaryContentAs(folder.resolve("false").resolve(weights));
    }

    @Test
    void weightsForAnotherNumberOfSamplesAreRefused() {
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            assertThatThrownBy(() -> training.train(latents(1), conditioning(2), new float[3]))
                    .hasMessage("3 weights for the losses of 4 samples");
        }
    }

    @Test
    void aRunThatIsResumedContinuesBitByBit() throws IOException {
        float[] uninterrupted;
        LatentBatch sampled;
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            train(training, 0, 4);
            training.save(folder);
            training.takeLosses();
            train(training, 4, 8);
            uninterrupted = training.takeLosses();
            sampled = sample(training);
        }
        try (DiffusionTraining resumed = DiffusionTraining.resume(CONFIG, folder, Device.cpu())) {
            assertThat(resumed.steps()).isEqualTo(4);
            train(resumed, 4, 8);

            assertThat(resumed.takeLosses()).isEqualTo(uninterrupted);
            assertThat(sample(resumed).values()).isEqualTo(sampled.values());
        }
    }

    @Test
    void samplesComeFromTheAveragedWeights() throws IOException {
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            train(training, 0, 6);
            training.save(folder);
            LatentBatch sampled = sample(training);

            Path average = folder.resolve("network_ema").resolve("diffusion_pytorch_model.safetensors");
            Path network = folder.resolve("network").resolve("diffusion_pytorch_model.safetensors");
            assertThat(Files.mismatch(average, network)).isNotNegative();
            Files.copy(average, network, StandardCopyOption.REPLACE_EXISTING);
            try (DiffusionTraining ofAverage = DiffusionTraining.resume(CONFIG, folder, Device.cpu())) {
                assertThat(sample(ofAverage).values()).isEqualTo(sampled.values());
            }
        }
    }

    @Test
    void theSameSeedSamplesTheSameLatent() {
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            assertThat(sample(training).values()).isEqualTo(sample(training).values());
        }
    }

    @Test
    void aCheckpointOfAnotherNetworkIsRefusedByItsMissingWeight() throws IOException {
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            training.save(folder);
        }
        Path config = folder.resolve("network").resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"layers_per_block\" : 1", "\"layers_per_block\" : 2"));

        assertThatThrownBy(() -> DiffusionTraining.resume(CONFIG, folder, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing: down_blocks.0.resnets.1.norm1.weight");
    }

    @Test
    void aCheckpointOfAnotherObjectiveIsRefused() throws IOException {
        try (DiffusionTraining training =
                DiffusionTraining.begin(CONFIG, new UNet2DConditionModel(TINY), Device.cpu())) {
            training.save(folder);
        }
        DiffusionTraining.Config velocity = new DiffusionTraining.Config(
                11,
                new DiffusionObjective(OBJECTIVE.schedule().zeroTerminal(), Prediction.VELOCITY),
                CONFIG.rate(),
                CONFIG.optimiser(),
                0.9,
                StepComputation.PLAIN);

        assertThatThrownBy(() -> DiffusionTraining.resume(velocity, folder, Device.cpu()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"epsilon\"")
                .hasMessageContaining("\"v_prediction\"");
    }

    @Test
    void describesHowTheObjectiveOfATrainedNetworkDiffers() throws IOException {
        Path network = Files.createDirectory(folder.resolve("unet"));
        DiffusionObjective velocity =
                new DiffusionObjective(DiffusionSchedule.scaledLinear().zeroTerminal(), Prediction.VELOCITY);
        assertThat(velocity.differences(network)).isEmpty(); // it has no scheduler
        Path scheduler = Files.createDirectory(folder.resolve("scheduler")).resolve("scheduler_config.json");

        // SDXL's, but for keys that only matter for sampling
        Files.writeString(scheduler, """
                {"_class_name": "EulerDiscreteScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                 "beta_start": 0.00085, "num_train_timesteps": 1000, "prediction_type": "epsilon"}
                """);
        Files.createFile(network.resolve("config.json"));
        assertThat(OBJECTIVE.differences(network)).isEmpty();
        assertThat(velocity.differences(folder)) // of a pipeline
                .containsExactly(
                        "prediction_type is epsilon, not v_prediction", "rescale_betas_zero_snr is false, not true");

        Files.writeString(scheduler, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}");
        assertThat(new DiffusionObjective(DiffusionSchedule.flow(1), Prediction.FLOW).differences(network))
                .containsExactly("shift is 3.0, not 1.0");
        assertThat(velocity.differences(network))
                .containsExactly("_class_name is FlowMatchEulerDiscreteScheduler, not DDIMScheduler");
    }

    /** Against {@code tools/reference/diffusion.py}. */
    @Test
    void everySettingThatASchedulerOfDiffusersSavesIsKnown() throws IOException {
        Path scheduler = network();
        JsonMapper json = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                .build();
        JsonNode configs = json.readTree(
                Reference.folder("diffusion").resolve("schedulers.json").toFile());
        assertThat(configs).hasSize(16);

        for (JsonNode config : configs) {
            Files.writeString(scheduler, json.writeValueAsString(config));
            boolean flow = config.has("shift") || config.path("use_flow_sigmas").asBoolean();
            DiffusionObjective same =
                    flow ? new DiffusionObjective(DiffusionSchedule.flow(3), Prediction.FLOW) : OBJECTIVE;
            assertThat(same.differences(folder)).as("%s", config).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"trained_betas\": [0.1, 0.2] | trained_betas is [0.1,0.2], which this objective does not have",
                "\"use_dynamic_shifting\": true | use_dynamic_shifting is true, which this objective does not have",
                "\"invert_sigmas\": true | invert_sigmas is true, which this objective does not have",
                "\"shift_terminal\": NaN | shift_terminal is \"NaN\", which this objective does not have",
                "\"min_snr\": 5 | min_snr is 5, which this objective does not have",
                "\"use_flow_sigmas\": true | _class_name is DDIMScheduler of flow matching, not DDIMScheduler"
            })
    void aSettingThatMayChangeTheObjectiveIsADifference(String setting, String difference) throws IOException {
        Files.writeString(network(), """
                {"_class_name": "DDIMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                 "beta_start": 0.00085, %s}
                """.formatted(setting));

        assertThat(OBJECTIVE.differences(folder)).containsExactly(difference);
    }

    /** Makes the folders of a pipeline, and returns the file of its scheduler. */
    private Path network() throws IOException {
        Files.createFile(Files.createDirectory(folder.resolve("unet")).resolve("config.json"));
        return Files.createDirectory(folder.resolve("scheduler")).resolve("scheduler_config.json");
    }

    @ParameterizedTest
    @CsvSource({"VELOCITY, 5, 200", "SAMPLE, 5, 80", "VELOCITY, Infinity, 80", "FLOW, Infinity, 80"})
    void theLossFallsWhateverIsPredicted(Prediction prediction, double minSnr, int steps) {
        DiffusionSchedule schedule = prediction == Prediction.FLOW
                ? DiffusionSchedule.flow(1)
                : DiffusionSchedule.scaledLinear().zeroTerminal();
        DiffusionTraining.Config config = new DiffusionTraining.Config(
                11,
                new DiffusionObjective(schedule, prediction, minSnr),
                CONFIG.rate(),
                CONFIG.optimiser(),
                0.9,
                StepComputation.PLAIN);
        try (DiffusionTraining training =
                DiffusionTraining.begin(config, new UNet2DConditionModel(TINY), Device.cpu())) {
            for (int step = 0; step < steps; step++) {
                training.train(latents(1), conditioning(2));
            }
            float[] losses = training.takeLosses();

            assertThat(mean(losses, 3 * steps / 4, steps)).isLessThan(0.9 * mean(losses, 0, 20));
        }
    }

    /** Half of the images are dark, half are bright, and only their sizes determine which. */
    @Test
    void aNetworkConditionedOnSizesLearnsThem() {
        UNet2DConditionModel.Config sized = new UNet2DConditionModel.Config(
                2, 2, TINY.resolutions(), TINY.blocks(), TINY.crossAttention(), new TextTime(8, POOLED));
        DiffusionObjective velocity =
                new DiffusionObjective(DiffusionSchedule.scaledLinear().zeroTerminal(), Prediction.VELOCITY);
        StepComputation inParts = new StepComputation(StepComputation.Arithmetic.FLOAT32, false, 3);
        DiffusionTraining.Config config = new DiffusionTraining.Config(
                11, velocity, new LearningRate(0.01, 3), AdamW.Config.standard(), 0.9, inParts);
        SizeConditioning small = SizeConditioning.whole(16, 16);
        SizeConditioning large = SizeConditioning.whole(900, 900);
        BatchConditioning conditioning = new BatchConditioning(text(2), List.of(small, large, small, large));
        float[] shades = new float[4 * 2 * 4 * 4];
        for (int i = 0; i < shades.length; i++) {
            shades[i] = i / 32 % 2 == 0 ? -1 : 1;
        }
        try (DiffusionTraining training =
                DiffusionTraining.begin(config, new UNet2DConditionModel(sized), Device.cpu())) {
            for (int step = 0; step < 80; step++) {
                training.train(new LatentBatch(4, 2, 4, 4, shades), conditioning);
            }
            DiffusionSampler sampler = new DiffusionSampler(velocity, Solver.DDIM, Spacing.TRAILING, 10);
            float[] drawn = training.sample(sampler, conditioning, conditioning, 1, 4, 4, 9)
                    .values();

            assertThat(mean(drawn, 0, 32)).isLessThan(-0.5);
            assertThat(mean(drawn, 32, 64)).isGreaterThan(0.5);
        }
    }

    private static void train(DiffusionTraining training, int from, int to) {
        for (int step = from; step < to; step++) {
            training.train(latents(step), conditioning(100 + step));
        }
    }

    private static LatentBatch sample(DiffusionTraining training) {
        DiffusionSampler sampler = new DiffusionSampler(OBJECTIVE, Solver.DDIM, Spacing.LEADING, 3);
        return training.sample(sampler, conditioning(1), conditioning(2), 3, 4, 4, 9);
    }

    private static LatentBatch latents(long seed) {
        return new LatentBatch(4, 2, 4, 4, normal(seed, 4L * 2 * 4 * 4));
    }

    private static BatchConditioning conditioning(long seed) {
        return new BatchConditioning(text(seed), Collections.nCopies(4, SizeConditioning.whole(16, 16)));
    }

    private static TextStates text(long seed) {
        return new TextStates(3, 6, normal(seed, 4L * 3 * 6), new int[] {3, 2, 1, 3}, normal(seed + 1000, 4 * POOLED));
    }

    private static float[] normal(long seed, long size) {
        return Initializer.normal(1).values(new Shape(size), new SplittableRandom(seed));
    }

    private static double mean(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }
}
