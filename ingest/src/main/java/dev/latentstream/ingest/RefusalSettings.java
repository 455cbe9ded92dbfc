package dev.latentstream.ingest;

import dev.latentstream.ingest.optout.OptOutSettings;

/**
 * Settings of what is refused, beside the policies.
 *
 * @param quarantine which refused originals are kept
 * @param nearDuplicates settings of the search for near duplicates
 * @param optOuts lists of images that opted out
 */
public record RefusalSettings(
        QuarantineSettings quarantine, NearDuplicateSettings nearDuplicates, OptOutSettings optOuts) {
    /** The defaults. */
    public RefusalSettings() {
        this(new QuarantineSettings(), new NearDuplicateSettings(), new OptOutSettings());
    }
}
