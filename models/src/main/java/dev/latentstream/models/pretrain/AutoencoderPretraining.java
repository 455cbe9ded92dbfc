package dev.latentstream.models.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.AutoencoderTiny;
import dev.latentstream.models.autoencoder.AutoencoderTinyFiles;
import dev.latentstream.models.autoencoder.LatentNormalization;
import dev.latentstream.models.autoencoder.LoadedAutoencoder;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Psnr;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.pretrain.Pretraining.Progress;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Trains the shipped autoencoder from scratch on the reconstruction of pixels and edges. Latents are kept near mean 0 and variance 1
 * in every channel, and get a little noise, so that similar latents decode to similar images.
 *
 * <p>Not thread-safe; samples are made on a dedicated thread.
 */
public final class AutoencoderPretraining implements AutoCloseable {
    /** The shipped network: downsampling 4, 0.4 million parameters. */
    public static final AutoencoderTiny.Config SHIPPED =
            new AutoencoderTiny.Config(3, 4, 32, List.of(0, 2, 3), List.of(3, 2, 1));

    /** Length of the run that made the shipped weights. */
    public static final long SHIPPED_STEPS = 5000;

    private static final int BATCH = 8;
    private static final int HELD_OUT = 64;
    private static final double EMA_DECAY = 0.998;
    private static final double PEAK_RATE = 1e-3;
    private static final long WARM_UP = 100;
    private static final double COOL_DOWN = 0.25; // of the run
    private static final int REPORT_EVERY = 100;
    private static final double SCALE_WEIGHT = 0.05; // of the penalty on the latents' mean and variance
    private static final double NOISE = 0.05; // deviation of the noise added to latents of variance 1
    private static final double SQUARES_WEIGHT = 10; // scales the squared error to about the absolute ones

    private final AutoencoderTiny.Config config;
    private final Pretraining run;
    private final ImageSamples samples;
    private final ImageBatch heldOut;
    private final NDManager manager;
    private final AutoencoderTiny network;
    private final AutoencoderTiny average;
    private final PretrainingState state;

    /**
     * @param samples square images of one size
     * @param heldOut images to measure on, none of which are in {@code samples}
     */
    public AutoencoderPretraining(
            AutoencoderTiny.Config config, Pretraining run, ImageSamples samples, ImageSamples heldOut, Device device) {
        this.config = config;
        this.run = run;
        this.samples = samples;
        this.heldOut = heldOut.batch(0, HELD_OUT);
        manager = ModelLoader.manager(device);
        network = new AutoencoderTiny(config);
        Weights.initialise(network, manager, run.seed());
        state = new PretrainingState(network, EMA_DECAY, "%s, seed %d".formatted(config, run.seed()));
        average = new AutoencoderTiny(config);
        state.lendAverage(average);
    }

    /**
     * Trains until the last step, or until the run is stopped.
     *
     * @return whether the last step is done
     */
    public boolean train() throws IOException {
        Path file = run.work().resolve("autoencoder.safetensors");
        state.resume(file);
        LearningRate rate = new LearningRate(PEAK_RATE, WARM_UP, run.steps(), COOL_DOWN);
        try (Prefetcher<ImageBatch> ahead =
                new Prefetcher<>(step -> samples.batch(step * BATCH, BATCH), state.step(), 4)) {
            while (continues()) {
                long start = System.nanoTime();
                long first = state.step();
                double sum = 0;
                do {
                    sum += step(ahead.take(), rate.at(state.step()));
                } while (state.step() < first + REPORT_EVERY && continues());
                long steps = state.step() - first;
                double seconds = (System.nanoTime() - start) / 1e9;
                state.save(file);
                run.report()
                        .accept(new Progress(
                                state.step(), run.steps(), sum / steps, steps * BATCH / seconds, measured()));
            }
        }
        return state.step() >= run.steps();
    }

    private boolean continues() {
        return state.step() < run.steps() && !run.stop().getAsBoolean();
    }

    /** Writes the averaged weights in half precision and the configuration, in diffusers' layout. */
    public void export(Path folder) throws IOException {
        Files.createDirectories(folder);
        LatentNormalization scale = LatentNormalization.of(unscaled().encode(heldOut));
        Weights.save(
                average, folder.resolve("diffusion_pytorch_model.safetensors"), Map.of("format", "pt"), Precision.F16);
        Files.write(folder.resolve("config.json"), AutoencoderTinyFiles.json(config, scale));
    }

    @Override
    public void close() {
        state.close();
        manager.close();
    }

    private double step(ImageBatch batch, double rate) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray images = batch.tensor(manager);
            NDArray noise = noise(batch, state.step());
            state.optimiser().zeroGradients();
            NDArray loss = Torch.backward(() -> loss(images, noise));
            state.update(rate);
            return loss.getFloat();
        }
    }

    private NDArray loss(NDArray images, NDArray noise) {
        NDArray latents = network.encode(Pass.PLAIN, images); // (B, L, h, w)
        NDArray decoded = network.decode(Pass.PLAIN, latents.add(noise)); // (B, 3, H, W)
        return Torch.meanAbsoluteError(decoded, images)
                .add(Torch.scale(Torch.meanSquaredError(decoded, images), SQUARES_WEIGHT))
                .add(edges(decoded, images, 2))
                .add(edges(decoded, images, 3))
                .add(Torch.scale(scalePenalty(latents), SCALE_WEIGHT));
    }

    /** Mean absolute error of the differences between neighbouring pixels along an axis. */
    private static NDArray edges(NDArray decoded, NDArray images, int axis) {
        return Torch.meanAbsoluteError(steps(decoded, axis), steps(images, axis));
    }

    private static NDArray steps(NDArray x, int axis) {
        long length = x.getShape().get(axis) - 1;
        return Torch.narrow(x, axis, 1, length).sub(Torch.narrow(x, axis, 0, length));
    }

    /** Squares of each channel's mean and of its variance's distance from 1, averaged. */
    private static NDArray scalePenalty(NDArray latents) {
        long channels = latents.getShape().get(1);
        NDArray rows = latents.transpose(1, 0, 2, 3).reshape(channels, -1); // (L, B h w)
        NDArray mean = rows.mean(new int[] {1}); // (L)
        NDArray square = rows.mul(rows).mean(new int[] {1}); // (L)
        NDArray excess = Torch.shift(square.sub(mean.mul(mean)), -1);
        return mean.mul(mean).add(excess.mul(excess)).mean();
    }

    private NDArray noise(ImageBatch batch, long step) {
        int side = batch.height() / config.downsampling();
        SplittableRandom random = new SplittableRandom(run.seed() * 31 + step);
        float[] values = new float[batch.count() * config.latentChannels() * side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (NOISE * random.nextGaussian());
        }
        return Torch.tensor(manager, values, batch.count(), config.latentChannels(), side, side);
    }

    // ------------------------------------------------------------------ held-out images

    private String measured() {
        Autoencoder unscaled = unscaled();
        LatentBatch latents = unscaled.encode(heldOut);
        float[] decoded = unscaled.decode(latents).rgb();
        int size = decoded.length / heldOut.count();
        double psnr = 0;
        for (int i = 0; i < heldOut.count(); i++) {
            psnr += Psnr.of(
                    Arrays.copyOfRange(heldOut.rgb(), i * size, (i + 1) * size),
                    Arrays.copyOfRange(decoded, i * size, (i + 1) * size));
        }
        return "psnr %.2f dB, latents %s".formatted(psnr / heldOut.count(), LatentNormalization.of(latents));
    }

    private Autoencoder unscaled() {
        LatentNormalization none = LatentNormalization.none(config.latentChannels());
        return new LoadedAutoencoder<>(average, manager, config.downsampling(), none, config.toString());
    }
}
