package dev.latentstream.trainer;

import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.runtime.settings.Checks;
import java.util.List;

/**
 * Images that are sampled while a run trains.
 *
 * @param prompts one image each; empty for no samples
 * @param columns images in a row of the grid
 * @param every steps between two grids
 * @param at further steps after which a grid is drawn
 * @param sampler the solver
 * @param samplerSteps steps of the sampler
 * @param guidance classifier-free guidance scale; 1 for none
 */
public record SampleSettings(
        List<String> prompts,
        int columns,
        int every,
        List<Long> at,
        Solver sampler,
        int samplerSteps,
        double guidance) {
    /** The defaults. */
    public SampleSettings() {
        this(
                List.of(
                        "a red house",
                        "a blue house",
                        "a green tree",
                        "a yellow star in a night sky",
                        "a red car on a city street",
                        "a white boat on a deep sea",
                        "a purple balloon",
                        "an orange cat on white snow"),
                4,
                500,
                List.of(),
                Solver.DDIM,
                30,
                4.0);
    }

    public SampleSettings {
        prompts = List.copyOf(prompts);
        at = List.copyOf(at);
        Checks.between("prompts", prompts.size(), 0, 256);
        Checks.between("columns", columns, 1, 64);
        Checks.atLeast("every", every, 1);
        at.forEach(step -> Checks.atLeast("at", step, 1));
        Checks.between("sampler-steps", samplerSteps, 1, 999);
        Checks.between("guidance", guidance, 0, 100);
    }

    /** Returns these settings with other further steps. */
    public SampleSettings withAt(List<Long> steps) {
        return new SampleSettings(prompts, columns, every, steps, sampler, samplerSteps, guidance);
    }

    /** Returns whether a grid is drawn after a step; there is one after the last step in any case. */
    boolean isAt(long step) {
        return step % every == 0 || at.contains(step);
    }
}
