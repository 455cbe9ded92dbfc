package dev.latentstream.trainer;

import dev.latentstream.models.diffusion.DiffusionObjective;
import dev.latentstream.models.diffusion.DiffusionSampler;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import dev.latentstream.models.diffusion.DiffusionSchedule;
import dev.latentstream.models.diffusion.Prediction;
import dev.latentstream.runtime.settings.Checks;

/**
 * What the network of a run learns to say of noisy latents.
 *
 * @param schedule how noise grows over the steps
 * @param zeroTerminalSnr whether the last step is noise alone; flow matching always ends so
 * @param prediction what the network says; {@code flow} goes with the schedule of that name
 * @param minSnr bound of the signal-to-noise ratio in the weights of the loss, usually 5; 0 for equal weights
 * @param shift of flow matching's steps towards noise; 1 for none
 */
public record DiffusionSettings(
        Schedule schedule, boolean zeroTerminalSnr, Prediction prediction, double minSnr, double shift) {
    /** Names of schedules. */
    public enum Schedule {
        LINEAR,
        SCALED_LINEAR,
        COSINE,
        FLOW
    }

    /** The defaults. */
    public DiffusionSettings() {
        this(Schedule.SCALED_LINEAR, true, Prediction.VELOCITY, 0, 1);
    }

    public DiffusionSettings {
        Checks.between("min-snr", minSnr, 0, 1e6);
        Checks.between("shift", shift, 1e-3, 1e3);
        objective(schedule, zeroTerminalSnr, prediction, minSnr, shift); // checks the rest
    }

    DiffusionObjective objective() {
        return objective(schedule, zeroTerminalSnr, prediction, minSnr, shift);
    }

    /** Takes the steps that fit the schedule: from its noisiest, where that is noise alone. */
    DiffusionSampler sampler(DiffusionSampler.Solver solver, int steps) {
        Spacing spacing = zeroTerminalSnr || schedule == Schedule.FLOW ? Spacing.TRAILING : Spacing.LEADING;
        return new DiffusionSampler(objective(), solver, spacing, steps);
    }

    private static DiffusionObjective objective(
            Schedule name, boolean zeroTerminalSnr, Prediction prediction, double minSnr, double shift) {
        DiffusionSchedule schedule =
                switch (name) {
                    case LINEAR -> DiffusionSchedule.linear();
                    case SCALED_LINEAR -> DiffusionSchedule.scaledLinear();
                    case COSINE -> DiffusionSchedule.cosine();
                    case FLOW -> DiffusionSchedule.flow(shift);
                };
        return new DiffusionObjective(
                zeroTerminalSnr ? schedule.zeroTerminal() : schedule,
                prediction,
                minSnr == 0 ? Double.POSITIVE_INFINITY : minSnr);
    }
}
