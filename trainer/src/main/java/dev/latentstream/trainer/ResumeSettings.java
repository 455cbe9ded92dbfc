package dev.latentstream.trainer;

import dev.latentstream.runtime.settings.Checks;

/**
 * Settings of a resumed run.
 *
 * @param resume whether a run that was started before continues; otherwise it is refused
 * @param from step of the checkpoint to continue from; 0 for the newest
 * @param changeSettings whether settings that change the sequence or the weights may differ from the recorded ones; the ledger then says
 *     from which step on
 * @param skipLost whether unread latents that retention deleted are skipped; the ledger then says how many
 */
record ResumeSettings(boolean resume, long from, boolean changeSettings, boolean skipLost) {
    /** The defaults. */
    ResumeSettings() {
        this(true, 0, false, false);
    }

    ResumeSettings {
        Checks.atLeast("from", from, 0);
    }
}
