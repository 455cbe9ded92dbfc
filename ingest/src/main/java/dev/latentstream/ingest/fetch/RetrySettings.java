package dev.latentstream.ingest.fetch;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * Retries: of hosts that cannot be reached, bodies that break off, and the statuses 408, 425, 429, 500, 502, 503 and 504.
 *
 * @param attempts maximum number of requests for one URL
 * @param backOff wait before the second; it doubles with each further one
 * @param longestWait maximum wait; a host that asks for more by Retry-After is not asked again
 */
record RetrySettings(int attempts, Duration backOff, Duration longestWait) {
    /** The defaults. */
    public RetrySettings() {
        this(3, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    public RetrySettings {
        Checks.between("attempts", attempts, 1, 100);
        Checks.positive("back-off", backOff);
        if (longestWait.compareTo(backOff) <= 0) {
            throw new IllegalArgumentException(
                    "longest-wait %s is not above back-off %s".formatted(longestWait, backOff));
        }
    }
}
