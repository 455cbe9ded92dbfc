package dev.latentstream.models.pretrain;

import ai.djl.Device;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNetPresets;
import dev.latentstream.models.diffusion.DiffusionObjective;
import dev.latentstream.models.diffusion.DiffusionSchedule;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.diffusion.Prediction;
import dev.latentstream.models.diffusion.StepComputation;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.pretrain.CaptionedLatents.Batch;
import dev.latentstream.models.pretrain.Pretraining.Progress;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.weights.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains the shipped backbone from scratch, on latents of the shipped autoencoder, conditioned on true captions encoded by the shipped
 * text encoder.
 *
 * <p>A step is that of {@link DiffusionTraining}, whose checkpoint is the run's state. Not thread-safe; samples are made on a dedicated thread.
 */
public final class BackbonePretraining implements AutoCloseable {
    /**
     * The network and its data.
     *
     * @param batchSize samples per step
     * @param images number of different images that samples are drawn from
     */
    public record Config(UNet2DConditionModel.Config network, int batchSize, int images) {
        public Config {
            if (batchSize < 1 || images < 1) {
                throw new IllegalArgumentException(
                        "batches of %d from %d images; each number must be at least 1".formatted(batchSize, images));
            }
        }
    }

    /** The run that made the shipped weights. */
    public static final Config SHIPPED = new Config(UNetPresets.shippedConfig(), 32, 32_768);

    /** Length of the run that made the shipped weights; its rate does not fall, so that a longer run passes through them. */
    public static final long SHIPPED_STEPS = 4_744;

    /** Tokens that captions are padded or truncated to. */
    public static final int TOKENS = 48;

    /** Velocity prediction, on Stable Diffusion's schedule with a last step of noise alone. */
    public static final DiffusionObjective OBJECTIVE =
            new DiffusionObjective(DiffusionSchedule.scaledLinear().zeroTerminal(), Prediction.VELOCITY);

    private static final int HELD_OUT = 256;
    private static final double AVERAGE_DECAY = 0.999;
    private static final double PEAK_RATE = 1.5e-3;
    private static final AdamW.Config OPTIMISER = new AdamW.Config(0.9, 0.99, 1e-8, 0.01, 1.0);
    private static final long WARM_UP = 200;
    private static final int REPORT_EVERY = 250;
    private static final String STATE = "step-";
    private static final String UNFINISHED = "unfinished";
    private static final String RUN = "run.txt";

    private final Config config;
    private final Pretraining run;
    private final CaptionedLatents samples;
    private final Batch heldOut;
    private final Device device;
    private final DiffusionTraining training;

    /**
     * Starts a run, or resumes the one in its work folder.
     *
     * @param heldOut images to measure on, none of which are in {@code samples}
     * @param autoencoder encodes the images; the caller closes it, as well as {@code text}, after this
     */
    public BackbonePretraining(
            Config config,
            Pretraining run,
            CaptionedImages samples,
            CaptionedImages heldOut,
            Autoencoder autoencoder,
            TextEncoder text,
            Device device)
            throws IOException {
        this.config = config;
        this.run = run;
        this.device = device;
        this.samples = new CaptionedLatents(samples, autoencoder, text);
        this.heldOut = new CaptionedLatents(heldOut, autoencoder, text).inOrder(0, HELD_OUT);
        training = training();
    }

    private DiffusionTraining training() throws IOException {
        DiffusionTraining.Config steps = new DiffusionTraining.Config(
                run.seed(),
                OBJECTIVE,
                new LearningRate(PEAK_RATE, WARM_UP),
                OPTIMISER,
                AVERAGE_DECAY,
                StepComputation.PLAIN);
        Optional<Path> state = state();
        if (state.isEmpty()) {
            return DiffusionTraining.begin(steps, new UNet2DConditionModel(config.network()), device);
        }
        String saved = Files.readString(state.get().resolve(RUN));
        if (!saved.equals(description())) {
            throw new IOException("%s is of the run %s; this one is %s. Use another work folder, or delete it."
                    .formatted(state.get(), saved, description()));
        }
        return DiffusionTraining.resume(steps, state.get(), device);
    }

    /**
     * Trains until the last step, or until the run is stopped.
     *
     * @return whether the last step is done
     */
    public boolean train() throws IOException {
        try (Prefetcher<Batch> ahead = new Prefetcher<>(this::batch, training.steps(), 4)) {
            while (continues()) {
                long start = System.nanoTime();
                long first = training.steps();
                do {
                    Batch batch = ahead.take();
                    training.train(batch.latents(), batch.conditioning());
                } while (training.steps() % REPORT_EVERY != 0 && continues());
                double loss = mean(training.takeLosses());
                double seconds = (System.nanoTime() - start) / 1e9;
                save();
                double speed = (training.steps() - first) * config.batchSize() / seconds;
                run.report().accept(new Progress(training.steps(), run.steps(), loss, speed, measured()));
            }
        }
        return training.steps() >= run.steps();
    }

    private boolean continues() {
        return training.steps() < run.steps() && !run.stop().getAsBoolean();
    }

    private Batch batch(long step) {
        return samples.drawn(run.seed(), step, config.batchSize(), config.images());
    }

    /** Writes the averaged weights in half precision, the configuration and the objective, in the layout of diffusers' pipelines. */
    public void export(Path folder) throws IOException {
        training.export(folder);
    }

    @Override
    public void close() {
        training.close();
    }

    private static double mean(float[] losses) {
        double sum = 0;
        for (float loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
    }

    private String measured() {
        double loss = training.averagedLoss(heldOut.latents(), heldOut.conditioning());
        return String.format(Locale.ROOT, "held-out loss %.4f", loss);
    }

    // ------------------------------------------------------------------ state

    private String description() {
        return "seed %d, %s".formatted(run.seed(), config);
    }

    /** The latest saved state. */
    private Optional<Path> state() throws IOException {
        return states().stream().max(Comparator.naturalOrder());
    }

    private List<Path> states() throws IOException {
        if (!Files.isDirectory(run.work())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(run.work())) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(STATE))
                    .toList();
        }
    }

    /** Saves atomically: a folder is moved to its name when it is complete, and then older ones are deleted. */
    private void save() throws IOException {
        Path unfinished = run.work().resolve(UNFINISHED);
        training.save(unfinished);
        Files.writeString(unfinished.resolve(RUN), description());
        Path state = run.work().resolve(String.format(Locale.ROOT, "%s%08d", STATE, training.steps()));
        List<Path> before = states();
        if (before.contains(state)) {
            return;
        }
        Files.move(unfinished, state, StandardCopyOption.ATOMIC_MOVE);
        for (Path old : before) {
            Folders.delete(old);
        }
    }
}
