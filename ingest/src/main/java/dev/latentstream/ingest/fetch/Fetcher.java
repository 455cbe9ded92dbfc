package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.RejectionReason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * Fetches files from URLs that nobody vouches for.
 *
 * <p>A name is resolved once per connection, and only an address that was checked is connected to; the name stays that of the request and
 * of TLS. Each redirect is a request of its own, with all checks, in the queue of its host. Thread-safe.
 */
public final class Fetcher implements AutoCloseable {
    private final FetchSettings settings;
    private final OkHttpClient client;
    private final ScheduledThreadPoolExecutor timers;
    private final FetchQueue queue;
    private final UrlRules urls;
    private final HostClient hosts;
    private final RobotsFiles robots;
    private final Function<String, Optional<Refusal>> optOuts;

    private Fetcher(
            FetchSettings settings, int maxBytes, OkHttpClient client, Function<String, Optional<Refusal>> optOuts) {
        this.optOuts = optOuts;
        this.settings = settings;
        this.client = client;
        this.timers = new ScheduledThreadPoolExecutor(1, Threads.daemons("fetch-timer"));
        timers.setRemoveOnCancelPolicy(true);
        this.queue = FetchQueue.start(settings.concurrency(), settings.hosts().connections());
        this.urls = new UrlRules(settings.network());
        ByteBudget budget = new ByteBudget(settings.maxBytesInFlight());
        this.hosts = hosts(settings, BodyBound.refusing(maxBytes), budget);
        // Many hosts keep their robots.txt out of search results by X-Robots-Tag: noindex, which says nothing of their
        // images.
        this.robots = new RobotsFiles(
                hosts(settings.withoutOptOut(), BodyBound.cutting(RobotsFiles.MAX_BYTES), budget),
                urls,
                settings.robotName(),
                System::nanoTime);
    }

    private HostClient hosts(FetchSettings honoured, BodyBound bound, ByteBudget budget) {
        return new HostClient(queue, new Exchange(client, honoured, bound, budget, timers), honoured.retries(), timers);
    }

    /**
     * Starts the threads.
     *
     * @param maxBytes maximum size of a file
     * @param optOuts why a URL must not be requested; empty if it may be
     * @throws IllegalArgumentException if the memory for files is less than one may take
     */
    public static Fetcher start(FetchSettings settings, int maxBytes, Function<String, Optional<Refusal>> optOuts) {
        return start(settings, maxBytes, optOuts, Dns.SYSTEM, client -> client);
    }

    static Fetcher start(
            FetchSettings settings,
            int maxBytes,
            Function<String, Optional<Refusal>> optOuts,
            Dns resolver,
            UnaryOperator<OkHttpClient.Builder> changes) {
        Checks.atLeast(
                "fetch.max-bytes-in-flight", settings.maxBytesInFlight(), 2L * maxBytes); // see BodyReader.memory
        OkHttpClient.Builder client = CheckedClient.builder(settings, resolver);
        return new Fetcher(settings, maxBytes, changes.apply(client).build(), optOuts);
    }

    /** Returns what becomes of a URL; a future that fails is a defect, or the fetcher was closed. */
    public CompletableFuture<Fetched> fetch(FetchRequest request) {
        return follow(request, urls.check(request.url()), 0);
    }

    private CompletableFuture<Fetched> follow(FetchRequest request, UrlRules.Checked checked, int redirects) {
        if (checked.refusal() != null) {
            return refused(checked.refusal());
        }
        HttpUrl url = Objects.requireNonNull(checked.url());
        Optional<Refusal> optedOut = optOuts.apply(url.toString());
        if (optedOut.isPresent()) {
            return refused(optedOut.get());
        }
        Duration delay = settings.hosts().delay();
        CompletableFuture<RobotsFiles.Verdict> verdict = settings.hosts().robots()
                ? robots.verdict(url, delay)
                : CompletableFuture.completedFuture(new RobotsFiles.Verdict(Optional.empty(), delay));
        return verdict.thenCompose(said -> said.refusal().isPresent()
                ? refused(said.refusal().get())
                : send(request, url, said.delay(), redirects));
    }

    private CompletableFuture<Fetched> send(FetchRequest request, HttpUrl url, Duration delay, int redirects) {
        return hosts.send(request, url, delay).thenCompose(answer -> {
            if (answer instanceof Answer.End end) {
                return CompletableFuture.completedFuture(end.fetched());
            }
            if (answer instanceof Answer.Transient failure) {
                return refused(failure.refusal());
            }
            int most = settings.requests().maxRedirects();
            HttpUrl target = ((Answer.Redirect) answer).target();
            return redirects < most
                    ? follow(request, urls.check(target), redirects + 1)
                    : refused(Refusal.above(RejectionReason.TOO_MANY_REDIRECTS, "redirects", redirects + 1, most));
        });
    }

    private static CompletableFuture<Fetched> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Fetched.Refused(refusal));
    }

    /** Ends all requests. */
    @Override
    public void close() {
        queue.stop(); // first, so that no request starts after those that are cancelled
        client.dispatcher().cancelAll();
        queue.close();
        timers.shutdownNow();
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }
}
