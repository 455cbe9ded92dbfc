package dev.latentstream.trainer;

import dev.latentstream.models.diffusion.DiffusionObjective;
import dev.latentstream.models.diffusion.DiffusionSampler;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import dev.latentstream.models.diffusion.DiffusionSchedule;
import dev.latentstream.models.diffusion.Prediction;
import dev.latentstream.runtime.settings.Checks;

/**
 * The diffusion objective of a run.
 *
 * @param schedule noise schedule
 * @param zeroTerminalSnr whether the signal-to-noise ratio of the last timestep is zero; with flow matching it always is
 * @param prediction prediction target; {@code flow} requires the schedule of that name
 * @param minSnr gamma of Min-SNR loss weighting, usually 5; 0 for uniform weights
 * @param shift shift of flow matching's timesteps towards noise; 1 for none
 */
record DiffusionSettings(
        Schedule schedule, boolean zeroTerminalSnr, Prediction prediction, double minSnr, double shift) {
    /** The noise schedules. */
    enum Schedule {
        LINEAR,
        SCALED_LINEAR,
        COSINE,
        FLOW
    }

    /** The defaults. */
    DiffusionSettings() {
        this(Schedule.SCALED_LINEAR, true, Prediction.VELOCITY, 0, 1);
    }

    DiffusionSettings {
        Checks.between("min-snr", minSnr, 0, 1e6);
        Checks.between("shift", shift, 1e-3, 1e3);
        objective(schedule, zeroTerminalSnr, prediction, minSnr, shift); // validates the rest
    }

    DiffusionObjective objective() {
        return objective(schedule, zeroTerminalSnr, prediction, minSnr, shift);
    }

    /** Returns a sampler with the timestep spacing of the schedule: trailing if its last timestep is pure noise. */
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
