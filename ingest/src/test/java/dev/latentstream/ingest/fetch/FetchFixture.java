package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.Dns;

/** Fetchers for tests on loopback. */
public final class FetchFixture {
    /** The one address that tests take for a public one. */
    static final String PUBLIC = "127.0.0.1/32";

    /** Long enough for a busy machine, since robots.txt has to arrive within it. */
    static final Duration TIME_LIMIT = Duration.ofSeconds(3);

    private FetchFixture() {}

    /** Returns settings without waits: a few milliseconds where the defaults have seconds. */
    public static FetchSettings settings(int port, HostSettings hosts) {
        return new FetchSettings(
                "testbot/1.0 (a test)",
                16,
                10_000,
                64 << 20,
                hosts,
                new RequestSettings(Duration.ofSeconds(2), TIME_LIMIT, 5),
                new RetrySettings(3, Duration.ofMillis(1), Duration.ofSeconds(2)),
                new NetworkSettings(List.of(port, 80, 443), List.of(PUBLIC)));
    }

    public static HostSettings hosts(int connections, Duration delay) {
        return new HostSettings(connections, delay, /* robots */ true, /* optOut */ true);
    }

    /** Returns a fetcher that resolves every name of {@code .test} to the origin, but for those that are given. */
    public static Fetcher start(FetchSettings settings, int maxBytes, Map<String, String> addresses) {
        return start(settings, maxBytes, addresses, url -> Optional.empty());
    }

    static Fetcher start(
            FetchSettings settings,
            int maxBytes,
            Map<String, String> addresses,
            Function<String, Optional<Refusal>> optOuts) {
        return Fetcher.start(settings, maxBytes, optOuts, resolver(addresses), client -> client);
    }

    /** Returns downloads with the same names. */
    public static Downloads downloads(FetchSettings settings, Map<String, String> addresses) {
        return Downloads.start(settings, resolver(addresses));
    }

    static Dns resolver(Map<String, String> addresses) {
        return host -> {
            if (addresses.containsKey(host)) {
                return List.of(InetAddress.getAllByName(addresses.get(host)));
            }
            if (host.endsWith(".test")) {
                return List.of(InetAddress.getLoopbackAddress());
            }
            throw new UnknownHostException(host);
        };
    }

    /** Waits as a look-up of a name or a read of standard input does: no interrupt ends it. */
    public static void hang(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException ignored) {
                // waits on
            }
        }
    }

    static Fetched fetch(Fetcher fetcher, String url) throws Exception {
        return fetcher.fetch(new FetchRequest(url, Optional.empty())).get(20, TimeUnit.SECONDS);
    }

    static Refusal refusal(Fetcher fetcher, String url) throws Exception {
        Fetched fetched = fetch(fetcher, url);
        if (fetched instanceof Fetched.Refused refused) {
            return refused.refusal();
        }
        throw new AssertionError(url + " is not refused: " + fetched);
    }

    static byte[] bytes(Fetcher fetcher, String url) throws Exception {
        Fetched fetched = fetch(fetcher, url);
        if (fetched instanceof Fetched.File file) {
            file.close();
            return file.bytes();
        }
        throw new AssertionError(url + " is not fetched: " + fetched);
    }
}
