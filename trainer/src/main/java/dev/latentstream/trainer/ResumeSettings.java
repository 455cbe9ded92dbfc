package dev.latentstream.trainer;

import dev.latentstream.runtime.settings.Checks;

/**
 * Settings of a run whose name may have been used before.
 *
 * @param resume whether a run that was started before continues; otherwise it is refused
 * @param from step of the checkpoint to continue from; 0 for the newest
 * @param changeSettings whether settings that change the sequence or the weights may differ from the recorded ones; the ledger then says
 *     from which step on
 * @param skipLost whether unread latents that retention deleted are skipped; the ledger then says how many
 * @param beginAgain whether a run that has reports in the log and no folder begins again; its steps in the ledger then no longer count
 */
record ResumeSettings(boolean resume, long from, boolean changeSettings, boolean skipLost, boolean beginAgain) {
    /** The defaults. */
    ResumeSettings() {
        this(true, 0, false, false, false);
    }

    ResumeSettings {
        Checks.atLeast("from", from, 0);
    }
}
