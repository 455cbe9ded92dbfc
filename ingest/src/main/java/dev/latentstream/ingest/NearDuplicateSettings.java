package dev.latentstream.ingest;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * Settings of the search for near duplicates. Which distance counts as near is part of the filter policies.
 *
 * @param enabled whether ingest keeps an index of hashes; without one the distance in a policy has no effect
 * @param horizon time after which an image is forgotten, by the times of the records
 */
public record NearDuplicateSettings(boolean enabled, Duration horizon) {
    /** The defaults. */
    public NearDuplicateSettings() {
        this(false, Duration.ofDays(30));
    }

    public NearDuplicateSettings {
        Checks.positive("horizon", horizon);
    }
}
