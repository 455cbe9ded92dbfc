package dev.latentstream.trainer;

import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.diffusion.StepLoss;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.BatchPrefetch;
import dev.latentstream.trainer.feed.ChosenSample;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.Mixture;
import dev.latentstream.trainer.feed.TrainingBatch;
import dev.latentstream.trainer.ledger.TrainingLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training loop of a run:
 *
 * <pre>{@code
 * if new and the network is pretrained: write samples
 * until the last step:
 *     batch = batches.take()                          // time spent here is the stall
 *     training.train(batch.latents, batch.conditioning, batch.lossWeights)
 *     every metricsEvery steps, and before a checkpoint:
 *         losses, rates and mixture since the last report -> metrics, meters, listener
 *     every checkpointEvery steps: write a checkpoint
 *     every samples.every steps:   write samples
 * at the end: report, checkpoint, samples
 * }</pre>
 *
 * <p>Losses stay on the device between two reports, since reading one waits for its step. A step is in the ledger before its batch is
 * taken. A report is written before each checkpoint: that fails once another trainer has taken the run over, so that a trainer which was
 * stopped and continued writes none. Not thread-safe.
 */
final class Trainer {
    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    private final TrainerSettings settings;
    private final LatentFormat format;
    private final DiffusionTraining training;
    private final Outputs outputs;
    private final Meters meters;
    private final LongSupplier nanoTime;
    private final RealisedMixture realised = new RealisedMixture();
    private final List<TrainingBatch> unreported = new ArrayList<>();
    private @Nullable TrainingBatch lastBatch;
    private @Nullable Path lastCheckpoint;
    private long checkpointed;
    private long windowStart; // nanoseconds, later by the time of checkpoints and samples since the last report
    private long stalled; // nanoseconds since the last report

    /**
     * The outputs of a run.
     *
     * @param samples null for none
     */
    record Outputs(
            TrainingLog log,
            Checkpoints checkpoints,
            @Nullable SampleWriter samples,
            TrainingListener listener) {}

    Trainer(
            TrainerSettings settings,
            LatentFormat format,
            DiffusionTraining training,
            Outputs outputs,
            Meters meters,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.format = format;
        this.training = training;
        this.outputs = outputs;
        this.meters = meters;
        this.nanoTime = nanoTime;
        checkpointed = training.steps();
    }

    /** Called after each completed step, with the batch whose offsets may now be committed. */
    interface StepListener {
        void trained(TrainingBatch batch);
    }

    /**
     * Trains until the last step, or until the batches end.
     *
     * @param started when the run began to be set up, in nanoseconds of the clock
     * @return the last checkpoint of this call; empty if no step was trained
     */
    Optional<Path> run(BatchPrefetch batches, long started, StepListener steps)
            throws InterruptedException, IOException {
        windowStart = nanoTime.getAsLong();
        if (training.steps() == 0 && settings.backbone().isTrained()) {
            sample(); // from the pretrained weights
        }
        long end = settings.run().steps();
        while (end == 0 || training.steps() < end) {
            long waitStart = nanoTime.getAsLong();
            Optional<TrainingBatch> batch = batches.take();
            if (batch.isEmpty()) {
                break;
            }
            stalled += nanoTime.getAsLong() - waitStart;
            if (lastBatch == null) {
                announce(batch.get(), Duration.ofNanos(nanoTime.getAsLong() - started));
            }
            step(batch.get());
            steps.trained(batch.get());
            afterStep(batch.get());
        }
        return finish();
    }

    private void announce(TrainingBatch first, Duration after) {
        LOG.atInfo()
                .addKeyValue("step", first.step())
                .addKeyValue("after", after)
                .log("first batch");
        outputs.listener().firstBatch(first.step(), after);
    }

    private void step(TrainingBatch batch) {
        if (batch.step() != training.steps() + 1) {
            throw new IllegalStateException(
                    "a batch for step %d after %d steps".formatted(batch.step(), training.steps()));
        }
        if (batch.samples().isEmpty()) {
            training.skip();
        } else {
            training.train(batch.latents(), batch.conditioning(), batch.lossWeights());
        }
        unreported.add(batch);
        lastBatch = batch;
        realised.add(batch.policy().version(), batch.samples());
        meters.count(Meter.TRAINER_STEPS);
        batch.samples().forEach(s -> meters.count(Meter.STAGE_RECORDS, TrainerSettings.STAGE, s.source(), "trained"));
    }

    private void afterStep(TrainingBatch batch) throws IOException, InterruptedException {
        boolean checkpoint = batch.step() % settings.checkpoints().checkpointEvery() == 0;
        if (checkpoint || batch.step() % settings.run().metricsEvery() == 0) {
            report();
        }
        if (checkpoint) {
            checkpoint(batch);
        }
        if (settings.samples().isAt(batch.step())) {
            sample();
        }
    }

    private Optional<Path> finish() throws IOException, InterruptedException {
        if (!unreported.isEmpty()) {
            report();
        }
        if (lastBatch != null) {
            checkpoint(lastBatch);
        }
        if (training.steps() > 0 && !settings.samples().isAt(training.steps())) {
            sample();
        }
        return Optional.ofNullable(lastCheckpoint);
    }

    /** Reports the steps since the last report to the metrics, the meters and the listener. */
    private void report() throws InterruptedException {
        TrainingBatch last = unreported.get(unreported.size() - 1);
        TrainingMetrics metrics = metrics(last, training.takeStepLosses());
        outputs.log().write(metrics);
        show(last, metrics);
        unreported.clear();
        windowStart = nanoTime.getAsLong();
        stalled = 0;
    }

    private TrainingMetrics metrics(TrainingBatch last, List<StepLoss> losses) {
        double seconds = (nanoTime.getAsLong() - windowStart) / 1e9;
        long images =
                unreported.stream().mapToLong(batch -> batch.samples().size()).sum();
        return withLosses(losses)
                .setStep(last.step())
                .setLearningRate(
                        settings.optimiser().rate(settings.run().steps()).at(last.step() - 1))
                .setImagesPerSecond(images / Math.max(seconds, 1e-9))
                .setStall(Math.min(1, stalled / 1e9 / Math.max(seconds, 1e-9)))
                .setMixture(realised.sourceShares())
                .setCaptionChoices(realised.choiceShares())
                .setNounsPerCaption(realised.nounsPerCaption())
                .setSamples(realised.samples())
                .setMixturePolicy(last.policy().version())
                .setSampling(Mixture.shares(last.policy().policy(), last.sources()))
                .setObjective(Mixture.objective(last.policy().policy(), last.sources()))
                .setObjectiveRealised(realised.objectiveShares())
                .build();
    }

    private TrainingMetrics.Builder withLosses(List<StepLoss> steps) {
        List<Float> losses = new ArrayList<>(steps.size());
        GroupLosses bySource = new GroupLosses(ChosenSample::source);
        GroupLosses byChoice = new GroupLosses(ChosenSample::choice);
        double sum = 0;
        for (int i = 0; i < steps.size(); i++) {
            TrainingBatch batch = unreported.get(i);
            StepLoss step = steps.get(i);
            if (!Float.isFinite(step.loss())) {
                throw new IllegalStateException(
                        "the loss of step %d is %s: the run has diverged".formatted(batch.step(), step.loss()));
            }
            losses.add(step.loss());
            sum += step.loss();
            bySource.add(batch.samples(), step.samples());
            byChoice.add(batch.samples(), step.samples());
        }
        return TrainingMetrics.newBuilder()
                .setLoss((float) (sum / steps.size()))
                .setLosses(losses)
                .setSourceLosses(bySource.means())
                .setChoiceLosses(byChoice.means());
    }

    private void show(TrainingBatch last, TrainingMetrics metrics) {
        meters.set(Meter.TRAINER_LOSS, metrics.getLoss());
        meters.add(Meter.TRAINER_STALL_SECONDS, stalled / 1e9);
        for (String source : last.sources()) { // also a source whose weight is now 0
            meters.set(Meter.MIXTURE_WEIGHT, metrics.getSampling().getOrDefault(source, 0.0), source);
            meters.set(Meter.MIXTURE_OBJECTIVE, metrics.getObjective().getOrDefault(source, 0.0), source);
            meters.set(Meter.MIXTURE_REALISED, metrics.getMixture().getOrDefault(source, 0.0), source);
        }
        metrics.getSourceLosses()
                .forEach((source, loss) -> meters.set(Meter.TRAINER_SOURCE_LOSS, loss.getLoss(), source));
        metrics.getChoiceLosses()
                .forEach((choice, loss) -> meters.set(Meter.TRAINER_CHOICE_LOSS, loss.getLoss(), choice));
        LOG.atInfo()
                .addKeyValue("step", metrics.getStep())
                .addKeyValue("loss", metrics.getLoss())
                .addKeyValue("imagesPerSecond", Math.round(metrics.getImagesPerSecond()))
                .addKeyValue("stall", metrics.getStall())
                .addKeyValue("policy", metrics.getMixturePolicy())
                .log("trained");
        outputs.listener().progress(metrics);
    }

    private void checkpoint(TrainingBatch last) throws IOException {
        if (checkpointed == last.step()) {
            return;
        }
        long start = nanoTime.getAsLong();
        RunState state = new RunState(settings.run().run(), last.after(), last.ledger());
        Path written = outputs.checkpoints().write(last.step(), folder -> {
            training.save(folder);
            state.write(folder);
        });
        lastCheckpoint = written;
        checkpointed = last.step();
        exclude(start);
        outputs.listener().checkpoint(written);
    }

    private void sample() throws IOException {
        if (outputs.samples() != null) {
            long start = nanoTime.getAsLong();
            Path written =
                    outputs.samples().write(training, format, settings.run().seed());
            exclude(start);
            outputs.listener().samples(written);
        }
    }

    /** Takes the time since then out of the rates: that of samples and checkpoints is neither training nor waiting. */
    private void exclude(long start) {
        windowStart += nanoTime.getAsLong() - start;
    }
}
