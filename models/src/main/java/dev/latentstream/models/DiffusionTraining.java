package dev.latentstream.models;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.Backbone.Text;
import dev.latentstream.models.SafetensorsWriter.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Trains a UNet to predict the noise in latents (arXiv 2006.11239), with AdamW, a warm-up, clipped gradients and an average of
 * the weights to sample with.
 *
 * <p>Noise and noise steps are drawn from the seed, the step and the sample's place in its batch, so a run that is resumed from
 * a checkpoint draws what it would have drawn. One thread at a time.
 */
public final class DiffusionTraining implements AutoCloseable {
    /**
     * What fixes a run beside its data.
     *
     * @param averageDecay share of the past in the average of the weights
     */
    public record Config(long seed, LearningRate rate, AdamW.Config optimiser, double averageDecay) {}

    private static final String NETWORK = "unet";
    private static final String AVERAGE = "unet_ema";
    private static final String OPTIMISER = "optimizer.safetensors";
    private static final String STEP = "step";

    private final Config config;
    private final DiffusionSchedule schedule = DiffusionSchedule.scaledLinear();
    private final NDManager manager;
    private final UNet2DConditionModel network;
    private final UNet2DConditionModel averaged;
    private final AdamW optimiser;
    private final Ema average;
    private final List<NDArray> losses = new ArrayList<>();
    private long step;

    private DiffusionTraining(Config config, NDManager manager, UNet2DConditionModel network) {
        this.config = config;
        this.manager = manager;
        this.network = network;
        optimiser = new AdamW(network, config.optimiser());
        average = new Ema(network, config.averageDecay());
        averaged = new UNet2DConditionModel(network.config());
        average.lendTo(averaged);
    }

    /** A run at its first step; the seed draws the weights. */
    public static DiffusionTraining begin(Config config, UNet2DConditionModel.Config shape, Device device) {
        NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        UNet2DConditionModel network = new UNet2DConditionModel(shape);
        Weights.initialise(network, manager, config.seed());
        return new DiffusionTraining(config, manager, network);
    }

    /** The run that {@link #save} wrote, at the step where it was. */
    public static DiffusionTraining resume(Config config, Path folder, Device device) throws IOException {
        NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        try {
            DiffusionTraining training =
                    new DiffusionTraining(config, manager, UNetFolder.load(folder.resolve(NETWORK), manager));
            training.restore(folder);
            return training;
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Steps taken since the beginning of the run. */
    public long steps() {
        return step;
    }

    /** Learning rate of the next step. */
    public double rate() {
        return config.rate().at(step);
    }

    /** Numbers that are trained. */
    public long parameters() {
        return network.parameters();
    }

    public UNet2DConditionModel.Config shape() {
        return network.config();
    }

    /** Takes one step. Its loss stays on the device until {@link #takeLosses} asks for it. */
    public void train(LatentBatch latents, TextStates text) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray clean = tensor(latents); // (B, C, H, W)
            NDArray noise = tensor(noise(latents)); // (B, C, H, W)
            int[] at = noiseSteps(latents.count());
            NDArray noisy = schedule.noisy(clean, noise, at); // (B, C, H, W)
            Text given = text.on(manager);
            optimiser.zeroGradients();
            NDArray loss = Torch.backward(
                    () -> Torch.meanSquaredError(network.forward(Pass.PLAIN, noisy, floats(at), given), noise));
            optimiser.step(rate());
            average.update(step);
            NDArray kept = Torch.detach(loss);
            NDScope.unregister(kept);
            losses.add(kept);
        }
        step++;
    }

    /** Losses of the steps since the last call, oldest first; waits for the device. */
    public float[] takeLosses() {
        if (losses.isEmpty()) {
            return new float[0];
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            float[] values =
                    NDArrays.stack(new NDList(losses.toArray(NDArray[]::new))).toFloatArray();
            losses.forEach(NDArray::close);
            losses.clear();
            return values;
        }
    }

    /**
     * Makes latents from text by the averaged weights.
     *
     * @param given texts of what is to be seen, a latent each
     * @param empty the empty text, as often
     * @param guidance see {@link DdimSampler#sample}
     * @param seed draws the noise to begin with
     */
    public LatentBatch sample(
            DdimSampler sampler,
            TextStates given,
            TextStates empty,
            double guidance,
            int height,
            int width,
            long seed) {
        int channels = network.config().inChannels();
        int size = channels * height * width;
        float[] start = new float[given.captions() * size];
        for (int i = 0; i < given.captions(); i++) {
            fillNormal(start, i * size, size, Seeds.random(seed, "sample", i));
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray noise = tensor(new LatentBatch(given.captions(), channels, height, width, start));
            NDArray latent = sampler.sample(averaged, noise, given.on(manager), empty.on(manager), guidance);
            return new LatentBatch(given.captions(), channels, height, width, latent.toFloatArray());
        }
    }

    /** Writes all that {@link #resume} needs: the network and its average as diffusers' folders, and the optimiser's moments. */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        UNetFolder.save(network, folder.resolve(NETWORK), Precision.F32);
        UNetFolder.save(averaged, folder.resolve(AVERAGE), Precision.F32);
        Map<String, String> notes = Map.of(STEP, Long.toString(step));
        SafetensorsWriter.write(folder.resolve(OPTIMISER), optimiser.moments(), notes, Precision.F32);
    }

    @Override
    public void close() {
        optimiser.close();
        average.close();
        manager.close();
    }

    private void restore(Path folder) throws IOException {
        try (TensorStore file = UNetFolder.weights(folder.resolve(AVERAGE))) {
            average.load(file);
        }
        try (Safetensors file = Safetensors.open(folder.resolve(OPTIMISER))) {
            optimiser.load(file);
            String written = file.metadata().getOrDefault(STEP, "none");
            if (!written.matches("\\d{1,18}")) {
                throw new IOException("%s: step %s is not a number".formatted(folder.resolve(OPTIMISER), written));
            }
            step = Long.parseLong(written);
        }
    }

    private LatentBatch noise(LatentBatch like) {
        float[] noise = new float[like.values().length];
        int size = noise.length / like.count();
        for (int i = 0; i < like.count(); i++) {
            fillNormal(noise, i * size, size, Seeds.random(config.seed(), "noise", step, i));
        }
        return new LatentBatch(like.count(), like.channels(), like.height(), like.width(), noise);
    }

    private int[] noiseSteps(int count) {
        int[] steps = new int[count];
        Arrays.setAll(
                steps, i -> Seeds.random(config.seed(), "noise step", step, i).nextInt(schedule.steps()));
        return steps;
    }

    private NDArray tensor(LatentBatch batch) {
        return Torch.tensor(manager, batch.values(), batch.count(), batch.channels(), batch.height(), batch.width());
    }

    private static void fillNormal(float[] values, int start, int length, SplittableRandom random) {
        for (int i = start; i < start + length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }

    private static float[] floats(int[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers[i];
        }
        return floats;
    }
}
