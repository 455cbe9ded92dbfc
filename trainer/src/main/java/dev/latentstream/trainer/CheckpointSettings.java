package dev.latentstream.trainer;

import dev.latentstream.runtime.settings.Checks;

/**
 * When checkpoints are written.
 *
 * @param checkpointEvery steps between two checkpoints
 * @param keepCheckpoints checkpoints that are kept; older ones are deleted
 */
record CheckpointSettings(int checkpointEvery, int keepCheckpoints) {
    /** The defaults. */
    CheckpointSettings() {
        this(500, 3);
    }

    CheckpointSettings {
        Checks.atLeast("checkpoint-every", checkpointEvery, 1);
        Checks.atLeast("keep-checkpoints", keepCheckpoints, 1);
    }
}
