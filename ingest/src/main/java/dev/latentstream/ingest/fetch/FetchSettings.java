package dev.latentstream.ingest.fetch;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;
import java.util.List;

/**
 * Settings of fetching.
 *
 * @param userAgent what requests call themselves; the part before the first slash or blank is the name that robots.txt uses
 * @param concurrency requests at once, to all hosts
 * @param maxRows rows of a list that are read ahead of the first that is still being fetched
 * @param maxBytesInFlight maximum size of all bodies that are being read or wait to be sent
 * @param hosts what each host is spared
 * @param requests limits of one request
 * @param retries what is tried again
 * @param network where connections may lead
 */
public record FetchSettings(
        String userAgent,
        int concurrency,
        int maxRows,
        long maxBytesInFlight,
        HostSettings hosts,
        RequestSettings requests,
        RetrySettings retries,
        NetworkSettings network) {
    /** The defaults. */
    public FetchSettings() {
        this(
                "latentstream/0.1 (training data for diffusion models)",
                64,
                10_000,
                256 << 20,
                new HostSettings(),
                new RequestSettings(),
                new RetrySettings(),
                new NetworkSettings());
    }

    public FetchSettings {
        Checks.nonBlank("user-agent", userAgent);
        if (!userAgent.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "user-agent %s has characters other than printable ASCII".formatted(userAgent));
        }
        Checks.between("concurrency", concurrency, 1, 4096);
        Checks.between("max-rows", maxRows, 1, 10_000_000);
        Checks.atLeast("max-bytes-in-flight", maxBytesInFlight, 1 << 20);
    }

    /** Returns the same settings for a host that need not be spared, on a network that has no public addresses. */
    public FetchSettings forOwnHost(String ownNetwork, int port) {
        return new FetchSettings(
                userAgent,
                concurrency,
                maxRows,
                maxBytesInFlight,
                new HostSettings(concurrency, Duration.ZERO, hosts.robots(), hosts.optOut()),
                requests,
                retries,
                new NetworkSettings(List.of(port), List.of(ownNetwork)));
    }

    /** Returns the same settings, without what a host says of the use of a file. */
    FetchSettings withoutOptOut() {
        HostSettings all = new HostSettings(hosts.connections(), hosts.delay(), hosts.robots(), /* optOut */ false);
        return new FetchSettings(userAgent, concurrency, maxRows, maxBytesInFlight, all, requests, retries, network);
    }

    /** Returns the name by which robots.txt and X-Robots-Tag address this program. */
    String robotName() {
        return userAgent.split("[/ ]", 2)[0];
    }
}
