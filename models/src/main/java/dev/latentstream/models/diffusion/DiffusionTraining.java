package dev.latentstream.models.diffusion;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Latents;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.Ema;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.optim.Seeds;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.TensorStore;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network to denoise latents (arXiv 2006.11239), with AdamW, warm-up, gradient clipping and an exponential moving average of
 * the weights for sampling.
 *
 * <p>Noise and timesteps depend on the seed, the step and the sample's index in its batch, so a run resumed from a checkpoint draws what
 * it would have drawn without the interruption. Not thread-safe.
 */
public final class DiffusionTraining implements AutoCloseable {
    /**
     * Everything but the data that determines a run.
     *
     * @param averageDecay decay of the moving average of the weights
     */
    public record Config(
            long seed,
            DiffusionObjective objective,
            LearningRate rate,
            AdamW.Config optimiser,
            double averageDecay,
            StepComputation computation) {}

    /**
     * The losses of a step.
     *
     * @param samples (B), on the device; null for a step without samples
     * @param weights (B)
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Losses(@Nullable NDArray samples, float[] weights) {}

    private static final String NETWORK = "network";
    private static final String AVERAGE = "network_ema";
    private static final String OPTIMISER = "optimizer.safetensors";
    private static final String STEP = "step";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Config config;
    private final DiffusionObjective objective;
    private final Pass pass;
    private final NDManager manager;
    private final Backbone network;
    private final Backbone averaged;
    private final AdamW optimiser;
    private final Ema average;
    private final List<Losses> losses = new ArrayList<>();
    private long step;

    private DiffusionTraining(Config config, NDManager manager, Backbone network) {
        this.config = config;
        objective = config.objective();
        pass = config.computation().pass();
        this.manager = manager;
        this.network = network;
        optimiser = new AdamW(network, config.optimiser());
        average = new Ema(network, config.averageDecay());
        averaged = network.onMeta();
        average.lendTo(averaged);
    }

    /**
     * Starts a run with random weights, drawn from the seed.
     *
     * @param network without values
     */
    public static DiffusionTraining begin(Config config, Backbone network, Device device) {
        NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        Weights.initialise(network, manager, config.seed());
        return new DiffusionTraining(config, manager, network);
    }

    /** Starts a run with the weights of a trained network: see {@link BackboneFolder}. */
    public static DiffusionTraining begin(Config config, Path folder, Device device) throws IOException {
        return ModelLoader.load(
                device,
                () -> {},
                manager -> new DiffusionTraining(config, manager, BackboneFolder.load(folder, manager)));
    }

    /** Resumes the run that {@link #save} wrote, at its step. */
    public static DiffusionTraining resume(Config config, Path folder, Device device) throws IOException {
        return ModelLoader.load(device, () -> {}, manager -> {
            DiffusionTraining training =
                    new DiffusionTraining(config, manager, BackboneFolder.load(folder.resolve(NETWORK), manager));
            training.restore(folder);
            return training;
        });
    }

    /** Returns the network of a checkpoint that {@link #save} wrote, without weights. */
    public static Backbone describe(Path folder) throws IOException {
        return BackboneFolder.describe(folder.resolve(NETWORK));
    }

    /** Steps taken since the start of the run. */
    public long steps() {
        return step;
    }

    /** Learning rate of the next step. */
    public double rate() {
        return config.rate().at(step);
    }

    /** Number of trained parameters. */
    public long parameters() {
        return network.parameters();
    }

    /** See {@link Backbone#configuration}. */
    public String configuration() {
        return network.configuration();
    }

    /** Takes one step, with the same weight for each sample. Its losses stay on the device until they are taken. */
    public void train(Latents latents, BatchConditioning conditioning) {
        float[] weights = new float[latents.count()];
        Arrays.fill(weights, 1);
        train(latents, conditioning, weights);
    }

    /**
     * Takes one step. Its losses stay on the device until {@link #takeStepLosses}.
     *
     * @param weights (B): the gradient is that of the mean over the samples of weight times loss
     */
    public void train(Latents latents, BatchConditioning conditioning, float[] weights) {
        int count = latents.count();
        if (weights.length != count) {
            throw new IllegalArgumentException(
                    "%d weights for the losses of %d samples".formatted(weights.length, count));
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            LatentBatch noise = noise(latents);
            int[] at = noiseSteps(count);
            optimiser.zeroGradients();
            NDList parts = new NDList();
            int microBatchSize = config.computation().microBatchSize(count);
            for (int from = 0; from < count; from += microBatchSize) {
                int to = Math.min(from + microBatchSize, count);
                parts.add(backward(
                        latents.slice(from, to),
                        noise.slice(from, to),
                        Arrays.copyOfRange(at, from, to),
                        conditioning.slice(from, to),
                        shares(weights, from, to)));
            }
            optimiser.step(rate());
            average.update(step);
            NDArray loss = NDArrays.concat(parts); // (B)
            NDScope.unregister(loss);
            losses.add(new Losses(loss, weights.clone()));
        }
        step++;
    }

    /** Counts a step without samples: it changes no weights, and its loss is 0. */
    public void skip() {
        losses.add(new Losses(null, new float[0]));
        step++;
    }

    /** Weights of the losses of a micro-batch in the sum that is the loss of the batch. */
    private static float[] shares(float[] weights, int from, int to) {
        float[] shares = Arrays.copyOfRange(weights, from, to);
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= weights.length;
        }
        return shares;
    }

    /** Accumulates the gradients of a micro-batch, whose shares are (B) -> the losses of its samples (B) */
    private NDArray backward(
            Latents latents, Latents noises, int[] at, BatchConditioning conditioning, float[] shares) {
        return Torch.scoped(() -> {
            NDArray clean = latents.tensor(manager); // (B, C, H, W)
            NDArray noise = noises.tensor(manager); // (B, C, H, W)
            NDArray noisy = objective.schedule().noisy(clean, noise, at); // (B, C, H, W)
            NDArray target = objective.target(clean, noise, at); // (B, C, H, W)
            float[] timesteps = objective.schedule().timesteps(at);
            Conditioning cond = conditioning.on(manager);
            NDArray share = Torch.tensor(manager, shares, shares.length); // (B)
            NDArray[] samples = new NDArray[1];
            NDArray unused = pass.backward(() -> {
                NDArray prediction = Torch.cast(network.predict(pass, noisy, timesteps, cond), Torch.FLOAT32);
                samples[0] = objective.losses(prediction, target, at); // (B)
                return samples[0].mul(share).sum(); // ()
            });
            return Torch.detach(samples[0]);
        });
    }

    /** Losses of the steps since the last call, oldest first; waits for the device. */
    public float[] takeLosses() {
        List<StepLoss> steps = takeStepLosses();
        float[] values = new float[steps.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = steps.get(i).loss();
        }
        return values;
    }

    /** Losses of the steps since the last call with those of their samples, oldest first; waits for the device. */
    public List<StepLoss> takeStepLosses() {
        if (losses.isEmpty()) {
            return List.of();
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDList all = new NDList(losses.stream()
                    .map(Losses::samples)
                    .filter(Objects::nonNull)
                    .toList());
            float[] values =
                    all.isEmpty() ? new float[0] : NDArrays.concat(all).toFloatArray(); // one transfer from the device
            List<StepLoss> steps = new ArrayList<>();
            int from = 0;
            for (Losses step : losses) {
                int to = from + step.weights().length;
                steps.add(StepLoss.of(Arrays.copyOfRange(values, from, to), step.weights()));
                from = to;
            }
            all.forEach(NDArray::close);
            losses.clear();
            return steps;
        }
    }

    /** Loss of the averaged weights on held-out latents: see {@link HeldOutLoss}. */
    public double averagedLoss(LatentBatch latents, BatchConditioning conditioning) {
        return new HeldOutLoss(averaged, objective, manager).of(latents, conditioning);
    }

    /**
     * Samples latents with the averaged weights.
     *
     * @param cond the conditioning, one latent each
     * @param uncond that of the empty text, for as many latents
     * @param guidance see {@link DiffusionSampler#sample}
     * @param seed of the initial noise
     */
    public LatentBatch sample(
            DiffusionSampler sampler,
            BatchConditioning cond,
            BatchConditioning uncond,
            double guidance,
            int height,
            int width,
            long seed) {
        int channels = network.inChannels();
        int size = channels * height * width;
        float[] start = new float[cond.count() * size];
        for (int i = 0; i < cond.count(); i++) {
            fillNormal(start, i * size, size, Seeds.random(seed, "sample", i));
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray noise = new LatentBatch(cond.count(), channels, height, width, start).tensor(manager);
            NDArray latent = sampler.sample(averaged, noise, cond.on(manager), uncond.on(manager), guidance);
            return new LatentBatch(cond.count(), channels, height, width, latent.toFloatArray());
        }
    }

    /** Writes everything that {@link #resume} needs: network and average as diffusers' folders, and the optimiser's moments. */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        BackboneFolder.save(network, folder.resolve(NETWORK), Precision.F32);
        BackboneFolder.save(averaged, folder.resolve(AVERAGE), Precision.F32);
        Map<String, String> notes = Map.of(STEP, Long.toString(step));
        SafetensorsWriter.write(folder.resolve(OPTIMISER), optimiser.moments(), notes, Precision.F32);
        saveScheduler(folder);
    }

    /** Writes the averaged weights in half precision and the objective, in the layout of diffusers' pipelines. */
    public void export(Path folder) throws IOException {
        BackboneFolder.save(averaged, folder.resolve("unet"), Precision.F16);
        saveScheduler(folder);
    }

    private void saveScheduler(Path folder) throws IOException {
        Path scheduler =
                Files.createDirectories(folder.resolve(SchedulerFile.FOLDER)).resolve(SchedulerFile.NAME);
        Files.write(scheduler, JSON.writeValueAsBytes(objective.schedulerConfig()));
    }

    @Override
    public void close() {
        optimiser.close();
        average.close();
        manager.close();
    }

    private void restore(Path folder) throws IOException {
        checkObjective(folder.resolve(SchedulerFile.FOLDER).resolve(SchedulerFile.NAME));
        try (TensorStore file = BackboneFolder.weights(folder.resolve(AVERAGE))) {
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

    private void checkObjective(Path file) throws IOException {
        JsonNode written = JSON.readTree(Files.readAllBytes(file));
        JsonNode current = JSON.readTree(JSON.writeValueAsBytes(objective.schedulerConfig()));
        if (!written.equals(current)) {
            throw new IllegalArgumentException(
                    "%s: the run's objective is %s, not %s".formatted(file, written, current));
        }
    }

    private LatentBatch noise(Latents like) {
        int size = like.channels() * like.height() * like.width();
        float[] noise = new float[Math.multiplyExact(like.count(), size)];
        for (int i = 0; i < like.count(); i++) {
            fillNormal(noise, i * size, size, Seeds.random(config.seed(), "noise", step, i));
        }
        return new LatentBatch(like.count(), like.channels(), like.height(), like.width(), noise);
    }

    private int[] noiseSteps(int count) {
        int[] steps = new int[count];
        Arrays.setAll(steps, i -> objective.draw(Seeds.random(config.seed(), "noise step", step, i)));
        return steps;
    }

    private static void fillNormal(float[] values, int start, int length, SplittableRandom random) {
        for (int i = start; i < start + length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }
}
