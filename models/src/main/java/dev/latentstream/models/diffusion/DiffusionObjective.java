package dev.latentstream.models.diffusion;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.BackboneFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The objective of training: noise schedule, prediction and weights of the loss.
 *
 * @param minSnr bound of the signal-to-noise ratio in the weights of the loss (see {@link Prediction#minSnrWeight}), usually 5;
 *     infinite for equal weights
 */
public record DiffusionObjective(DiffusionSchedule schedule, Prediction prediction, double minSnr) {
    public DiffusionObjective {
        boolean flow = prediction == Prediction.FLOW;
        if (flow != schedule.isFlow()) {
            throw new IllegalArgumentException(
                    flow
                            ? "prediction FLOW needs the schedule of flow matching"
                            : "prediction %s needs a schedule of DDPM; flow matching has FLOW".formatted(prediction));
        }
        if (prediction == Prediction.NOISE && schedule.signal(schedule.steps() - 1) == 0) {
            throw new IllegalArgumentException(
                    "the last step is noise alone, so predicting NOISE teaches nothing about the latent; predict VELOCITY or SAMPLE");
        }
        if (!(minSnr > 0) || (flow && minSnr < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "min-SNR bound %s; it must be above 0, and flow matching has none".formatted(minSnr));
        }
    }

    /** With equal weights for all steps. */
    public DiffusionObjective(DiffusionSchedule schedule, Prediction prediction) {
        this(schedule, prediction, Double.POSITIVE_INFINITY);
    }

    /** Draws a step to train on: uniformly; in flow matching logit-normally, those in the middle more often (arXiv 2403.03206). */
    int draw(SplittableRandom random) {
        if (!schedule.isFlow()) {
            return random.nextInt(schedule.steps());
        }
        double share = 1 / (1 + Math.exp(-random.nextGaussian()));
        return Math.min((int) (share * schedule.steps()), schedule.steps() - 1);
    }

    /** The target of the prediction for latents x and noise e (B, C, H, W) mixed at B steps -> (B, C, H, W) */
    NDArray target(NDArray x, NDArray e, int[] steps) {
        return switch (prediction) {
            case NOISE -> e;
            case SAMPLE -> x;
            case FLOW -> e.sub(x);
            case VELOCITY ->
                e.mul(schedule.factors(e, steps, prediction::ofNoise))
                        .add(x.mul(schedule.factors(x, steps, prediction::ofLatent)));
        };
    }

    /** Prediction and target (B, C, H, W) -> mean of the weighted squared errors () */
    NDArray loss(NDArray predicted, NDArray target, int[] steps) {
        return losses(predicted, target, steps).mean();
    }

    /** Prediction and target (B, C, H, W) -> mean of the weighted squared errors of each sample (B) */
    NDArray losses(NDArray predicted, NDArray target, int[] steps) {
        NDArray errors = predicted.sub(target); // (B, C, H, W)
        if (minSnr < Double.POSITIVE_INFINITY) {
            errors = errors.mul(schedule.factors(
                    target, steps, level -> Math.sqrt(prediction.minSnrWeight(level, minSnr)))); // (B, C, H, W)
        }
        return errors.square().reshape(steps.length, -1).mean(new int[] {1}); // (B)
    }

    /**
     * Describes how this objective differs from that of a trained network, as read from the folder {@code scheduler} beside it; empty if
     * there is none.
     *
     * @param network the folder of the network or of its pipeline
     */
    public List<String> differences(Path network) throws IOException {
        Path file = BackboneFolder.within(network.toAbsolutePath())
                .normalize()
                .resolveSibling(SchedulerFile.FOLDER)
                .resolve(SchedulerFile.NAME);
        return Files.exists(file) ? SchedulerFile.differences(file, this) : List.of();
    }

    /** The {@code scheduler_config.json} with which diffusers samples from the network. */
    Map<String, Object> schedulerConfig() {
        Map<String, Object> config = new TreeMap<>(schedule.description());
        config.put("num_train_timesteps", schedule.steps());
        if (schedule.isFlow()) {
            config.put("_class_name", "FlowMatchEulerDiscreteScheduler");
            return config;
        }
        boolean fromNoiseAlone = schedule.signal(schedule.steps() - 1) == 0;
        config.put("_class_name", "DDIMScheduler");
        config.put(
                "prediction_type",
                switch (prediction) {
                    case NOISE, FLOW -> "epsilon";
                    case VELOCITY -> "v_prediction";
                    case SAMPLE -> "sample";
                });
        config.put("clip_sample", false);
        config.put("set_alpha_to_one", fromNoiseAlone);
        config.put("steps_offset", fromNoiseAlone ? 0 : 1);
        config.put("timestep_spacing", fromNoiseAlone ? "trailing" : "leading");
        return config;
    }
}
