package dev.latentstream.ingest.fetch;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * Limits of one request.
 *
 * @param connectWithin maximum time to connect to one address
 * @param timeLimit maximum time from the start to the last byte of the body
 * @param maxRedirects maximum number of redirects; 0 follows none
 */
record RequestSettings(Duration connectWithin, Duration timeLimit, int maxRedirects) {
    /** The defaults. */
    public RequestSettings() {
        this(Duration.ofSeconds(10), Duration.ofSeconds(30), 5);
    }

    public RequestSettings {
        Checks.positive("connect-within", connectWithin);
        Checks.positive("time-limit", timeLimit);
        Checks.between("max-redirects", maxRedirects, 0, 50);
    }
}
