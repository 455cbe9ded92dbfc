package dev.latentstream.ingest.fetch;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * Limits on the requests to each host.
 *
 * @param connections requests at once to one host
 * @param delay least time between the starts of two requests to one host; a longer one of its robots.txt (crawl-delay) has precedence
 * @param robots whether robots.txt is honoured
 * @param optOut whether the answer's header X-Robots-Tag is honoured: noai, noimageai, noindex, noimageindex, none
 */
record HostSettings(int connections, Duration delay, boolean robots, boolean optOut) {
    /** The defaults. */
    public HostSettings() {
        this(4, Duration.ofMillis(50), /* robots */ true, /* optOut */ true);
    }

    public HostSettings {
        Checks.between("connections", connections, 1, 4096);
        Checks.between("delay in milliseconds", delay.toMillis(), 0, 3_600_000);
    }
}
