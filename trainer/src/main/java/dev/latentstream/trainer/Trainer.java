package dev.latentstream.trainer;

import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.Mixture;
import dev.latentstream.trainer.feed.TrainingBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a run: batch, step, ledger; every few steps metrics, a checkpoint, a grid of samples, the first of which comes before
 * the first step where the network is a trained one. One thread.
 *
 * <p>The ledger is written before the checkpoint that covers it, so it never lacks a step that a resumed run skips.
 */
final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final TrainerSettings settings;
    private final LatentFormat form;
    private final TextEncoder encoder;
    private final DiffusionTraining training;
    private final TrainingLog log;
    private final Checkpoints checkpoints;
    private final @Nullable SampleWriter samples;
    private final Meters meters;
    private final TrainingListener listener;
    private final LongSupplier nanoTime;
    private final RealisedMixture realised = new RealisedMixture();
    private final List<TrainingBatch> unreported = new ArrayList<>();
    private @Nullable TrainingBatch lastBatch;
    private @Nullable Path lastCheckpoint;
    private long checkpointed;
    private long windowStart;
    private long stalled;

    Trainer(
            TrainerSettings settings,
            LatentFormat form,
            TextEncoder encoder,
            DiffusionTraining training,
            TrainingLog log,
            Checkpoints checkpoints,
            @Nullable SampleWriter samples,
            Meters meters,
            TrainingListener listener,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.form = form;
        this.encoder = encoder;
        this.training = training;
        this.log = log;
        this.checkpoints = checkpoints;
        this.samples = samples;
        this.meters = meters;
        this.listener = listener;
        this.nanoTime = nanoTime;
        checkpointed = training.steps();
    }

    /** Is told of each step behind which the run stands. */
    interface Trained {
        void step(TrainingBatch batch);
    }

    /**
     * Trains until the last step, or until there are no more batches.
     *
     * @return the last checkpoint of this call; empty where no step was taken
     */
    Optional<Path> run(BatchPrefetch batches, Trained trained) throws InterruptedException, IOException {
        windowStart = nanoTime.getAsLong();
        if (training.steps() == 0 && settings.backbone().isTrained()) {
            sample(); // what it knows already
        }
        while (settings.steps() == 0 || training.steps() < settings.steps()) {
            long asked = nanoTime.getAsLong();
            Optional<TrainingBatch> batch = batches.take();
            if (batch.isEmpty()) {
                break;
            }
            stalled += nanoTime.getAsLong() - asked;
            step(batch.get());
            trained.step(batch.get());
            afterStep(batch.get());
        }
        return finish();
    }

    private void step(TrainingBatch batch) {
        if (batch.step() != training.steps() + 1) {
            throw new IllegalStateException(
                    "a batch for step %d after %d steps".formatted(batch.step(), training.steps()));
        }
        training.train(batch.latents(), batch.told());
        unreported.add(batch);
        lastBatch = batch;
        realised.add(batch.policy().version(), batch.samples());
        meters.count(Meter.TRAINER_STEPS);
        batch.samples().forEach(s -> meters.count(Meter.STAGE_RECORDS, TrainerSettings.STAGE, s.source(), "trained"));
    }

    private void afterStep(TrainingBatch batch) throws IOException {
        boolean checkpoint = batch.step() % settings.checkpointEvery() == 0;
        if (checkpoint || batch.step() % settings.metricsEvery() == 0) {
            report();
        }
        if (checkpoint) {
            checkpoint(batch);
        }
        if (batch.step() % settings.samples().every() == 0) {
            sample();
        }
    }

    private Optional<Path> finish() throws IOException {
        if (!unreported.isEmpty()) {
            report();
        }
        if (lastBatch != null) {
            checkpoint(lastBatch);
        }
        if (training.steps() > 0 && training.steps() % settings.samples().every() != 0) {
            sample();
        }
        return Optional.ofNullable(lastCheckpoint);
    }

    /** Writes what happened since the last report to the ledger, the metrics, the meters and the listener. */
    private void report() {
        float[] losses = training.takeLosses();
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            TrainingBatch batch = unreported.get(i);
            if (!Float.isFinite(losses[i])) {
                throw new IllegalStateException(
                        "the loss of step %d is %s: the run has diverged".formatted(batch.step(), losses[i]));
            }
            log.write(batch.ledger(losses[i]));
            sum += losses[i];
        }
        TrainingBatch last = unreported.get(unreported.size() - 1);
        TrainingMetrics metrics = metrics(last, (float) (sum / losses.length));
        log.write(metrics);
        show(last, metrics);
        unreported.clear();
        windowStart = nanoTime.getAsLong();
        stalled = 0;
    }

    private TrainingMetrics metrics(TrainingBatch last, float loss) {
        double seconds = (nanoTime.getAsLong() - windowStart) / 1e9;
        long images = (long) unreported.size() * settings.batchSize();
        return TrainingMetrics.newBuilder()
                .setStep(last.step())
                .setLoss(loss)
                .setLearningRate(settings.optimiser().rate(settings.steps()).at(last.step() - 1))
                .setImagesPerSecond(images / Math.max(seconds, 1e-9))
                .setStall(Math.min(1, stalled / 1e9 / Math.max(seconds, 1e-9)))
                .setMixture(realised.sourceShares())
                .setCaptionChoices(realised.choiceShares())
                .setNounsPerCaption(realised.nounsPerCaption())
                .setSamples(realised.samples())
                .setMixturePolicy(last.policy().version())
                .build();
    }

    private void show(TrainingBatch last, TrainingMetrics metrics) {
        meters.set(Meter.TRAINER_LOSS, metrics.getLoss());
        meters.add(Meter.TRAINER_STALL_SECONDS, stalled / 1e9);
        Map<String, Double> weights = Mixture.shares(last.policy().policy(), last.sources());
        for (String source : last.sources()) { // also where it became nothing
            meters.set(Meter.MIXTURE_WEIGHT, weights.getOrDefault(source, 0.0), source);
            meters.set(Meter.MIXTURE_REALISED, metrics.getMixture().getOrDefault(source, 0.0), source);
        }
        LOG.atInfo()
                .addKeyValue("step", metrics.getStep())
                .addKeyValue("loss", metrics.getLoss())
                .addKeyValue("imagesPerSecond", Math.round(metrics.getImagesPerSecond()))
                .addKeyValue("stall", metrics.getStall())
                .addKeyValue("policy", metrics.getMixturePolicy())
                .log("trained");
        listener.progress(metrics);
    }

    private void checkpoint(TrainingBatch last) throws IOException {
        if (checkpointed == last.step()) {
            return;
        }
        log.flush();
        RunState state = new RunState(
                settings.run(),
                settings.seed(),
                settings.batchSize(),
                last.step(),
                form,
                encoder.id(),
                last.policy().version(),
                last.after());
        Path written = checkpoints.write(last.step(), folder -> {
            training.save(folder);
            state.write(folder);
        });
        lastCheckpoint = written;
        checkpointed = last.step();
        windowStart = nanoTime.getAsLong();
        listener.checkpoint(written);
    }

    private void sample() throws IOException {
        if (samples != null) {
            listener.samples(samples.write(training, form, settings.seed()));
            windowStart = nanoTime.getAsLong(); // the time of samples is neither training nor waiting
        }
    }
}
