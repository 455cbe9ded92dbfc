package dev.latentstream.models.diffusion;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples latents from noise in few steps, with classifier-free guidance (arXiv 2207.12598).
 *
 * <p>A step computes the clean latent x and the noise e from the network's prediction, and mixes them again at the next level. In
 * other coordinates this is Euler's method; DDIM and Euler differ only in the level at which they end.
 */
public final class DiffusionSampler {
    /** The solver of the sampling ODE. */
    public enum Solver {
        /** DDIM without fresh noise (arXiv 2010.02502); with leading spacing it ends at step 0, as in Stable Diffusion. */
        DDIM,
        /** Euler's method (arXiv 2206.00364), to the clean latent; also for flow matching. */
        EULER,
        /** DPM-Solver++ 2M (arXiv 2211.01095): second order, from the clean latents of two steps; to the clean latent. */
        DPM_SOLVER
    }

    /** The choice of the schedule's steps: diffusers' {@code timestep_spacing}. */
    public enum Spacing {
        /** Evenly spaced from step 1, as in Stable Diffusion: the noisiest step is left out. */
        LEADING,
        /**
         * Evenly spaced from the noisiest step, as needed for a schedule whose last step is noise alone. A step ends at the
         * level where the next one starts, also if the number of steps does not divide that of the schedule.
         */
        TRAILING
    }

    private static final double LEAST_SIGNAL = 0x1p-12; // diffusers' solver uses this for zero

    private final DiffusionObjective objective;
    private final Solver solver;
    private final int count;
    private final List<NoiseLevel> levels; // one more than steps: the last is where sampling ends

    /** @param count number of the schedule's steps that are taken */
    public DiffusionSampler(DiffusionObjective objective, Solver solver, Spacing spacing, int count) {
        DiffusionSchedule schedule = objective.schedule();
        if (count < 1 || count >= schedule.steps()) {
            throw new IllegalArgumentException(
                    "%d steps of a schedule of %d; at least 1 and fewer than all".formatted(count, schedule.steps()));
        }
        this.objective = objective;
        this.solver = solver;
        this.count = count;
        List<NoiseLevel> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(bounded(level(schedule, spacing, i, count), schedule, solver));
        }
        taken.add(solver == Solver.DDIM && spacing == Spacing.LEADING ? schedule.level(0) : NoiseLevel.CLEAN);
        levels = List.copyOf(taken);
    }

    /** The timesteps in the order of sampling, the noisiest first. */
    public float[] timesteps() {
        float[] timesteps = new float[count];
        for (int i = 0; i < count; i++) {
            timesteps[i] = levels.get(i).timestep();
        }
        return timesteps;
    }

    /**
     * noise (B, C, H, W) -> latent (B, C, H, W), by the trained network
     *
     * @param cond the conditioning of each image
     * @param uncond the text that replaced dropped captions in training, for as many images
     * @param guidance the guidance scale: 1 for the conditional prediction alone, more to move further from the unconditional one
     */
    public NDArray sample(Backbone network, NDArray noise, Conditioning cond, Conditioning uncond, double guidance) {
        return sample(noise, (x, timestep) -> predict(network, x, timestep, cond, uncond, guidance));
    }

    /** A network: noisy latent x (B, C, H, W) at a timestep -> its prediction (B, C, H, W). */
    @FunctionalInterface
    interface Predictor {
        NDArray predict(NDArray x, float timestep);
    }

    NDArray sample(NDArray noise, Predictor network) {
        return Torch.withoutGradients(() -> {
            NDArray x = noise;
            NDArray before = null;
            for (int i = 0; i < count; i++) {
                NDArray from = x;
                NoiseLevel level = levels.get(i);
                NDArray clean =
                        Torch.scoped(() -> clean(from, network.predict(from, level.timestep()), level)); // (B, C, H, W)
                NDArray previous = before;
                int step = i;
                x = Torch.scoped(() -> towards(from, extrapolated(clean, previous, step), step));
                before = clean;
            }
            return x;
        });
    }

    /** x and the prediction for it (B, C, H, W) -> the clean latent in it (B, C, H, W) */
    private NDArray clean(NDArray x, NDArray prediction, NoiseLevel level) {
        double p = objective.prediction().ofLatent(level);
        double q = objective.prediction().ofNoise(level);
        double determinant = level.alpha() * q - level.sigma() * p;
        return Torch.scale(x, q / determinant).add(Torch.scale(prediction, -level.sigma() / determinant));
    }

    /** This step's clean latent and that of the previous step (B, C, H, W) -> the extrapolated one (B, C, H, W) */
    private NDArray extrapolated(NDArray clean, @Nullable NDArray before, int step) {
        if (solver != Solver.DPM_SOLVER || before == null || step == count - 1) {
            return clean;
        }
        double here = levels.get(step).lambda();
        double width = levels.get(step + 1).lambda() - here;
        double widthBefore =
                here - levels.get(step - 1).lambda(); // infinite after noise alone, so that nothing changes
        double share = width / (2 * widthBefore);
        return Torch.scale(clean, 1 + share).sub(Torch.scale(before, share));
    }

    /** x at a step and the clean latent in it (B, C, H, W) -> x at the next step (B, C, H, W) */
    private NDArray towards(NDArray x, NDArray clean, int step) {
        NoiseLevel here = levels.get(step);
        NoiseLevel next = levels.get(step + 1);
        double kept = next.sigma() / here.sigma();
        return Torch.scale(x, kept).add(Torch.scale(clean, next.alpha() - kept * here.alpha()));
    }

    /** The level of a step of sampling. */
    private static NoiseLevel level(DiffusionSchedule schedule, Spacing spacing, int step, int count) {
        int all = schedule.steps();
        return switch (spacing) {
            case LEADING -> schedule.level((count - 1 - step) * (all / count) + 1);
            case TRAILING -> schedule.levelAfter(count - step, count);
        };
    }

    private static NoiseLevel bounded(NoiseLevel level, DiffusionSchedule schedule, Solver solver) {
        return solver == Solver.DPM_SOLVER && level.alpha() == 0 && !schedule.isFlow()
                ? new NoiseLevel(level.timestep(), LEAST_SIGNAL, Math.sqrt(1 - LEAST_SIGNAL * LEAST_SIGNAL))
                : level;
    }

    private static NDArray predict(
            Backbone network, NDArray x, float timestep, Conditioning cond, Conditioning uncond, double guidance) {
        float[] timesteps = new float[Math.toIntExact(x.getShape().get(0))];
        Arrays.fill(timesteps, timestep);
        NDArray with = network.predict(Pass.PLAIN, x, timesteps, cond);
        if (guidance == 1) {
            return with;
        }
        NDArray without = network.predict(Pass.PLAIN, x, timesteps, uncond);
        return without.add(Torch.scale(with.sub(without), guidance));
    }
}
