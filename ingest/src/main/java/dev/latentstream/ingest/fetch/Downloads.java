package dev.latentstream.ingest.fetch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Reads files of any size from URLs that a person named, such as shards: as a stream, with the addresses, redirects and retries of a {@link
 * Fetcher}. What its host is asked besides, such as robots.txt, is not: nobody crawls. Thread-safe.
 */
public final class Downloads implements AutoCloseable {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final FetchSettings settings;
    private final OkHttpClient client;
    private final UrlRules urls;

    private Downloads(FetchSettings settings, OkHttpClient client) {
        this.settings = settings;
        this.client = client;
        this.urls = new UrlRules(settings.network());
    }

    /** Prepares connections; nothing is sent. */
    public static Downloads start(FetchSettings settings) {
        return start(settings, Dns.SYSTEM);
    }

    static Downloads start(FetchSettings settings, Dns resolver) {
        return new Downloads(settings, CheckedClient.builder(settings, resolver).build());
    }

    /**
     * Returns what the host has at a URL now.
     *
     * @throws DownloadException if it may not be read, or cannot be reached after all retries
     */
    public Download find(String url) throws IOException {
        try (Response response = open(url, "bytes=0-0", Optional.empty())) { // some allow no HEAD
            return new Download(this, url, FileVersion.of(response));
        }
    }

    /**
     * Requests a part of a file.
     *
     * @param range value of the header Range
     * @param version of which the part has to be; the whole file is sent if it is another one
     * @return one with the status 200, 203, 206 or 416
     */
    Response open(String url, String range, Optional<String> version) throws IOException {
        RetrySettings retries = settings.retries();
        Duration wait = retries.backOff();
        for (int attempt = 1; true; attempt++) {
            boolean last = attempt == retries.attempts();
            Optional<Duration> asked = Optional.empty();
            try {
                Response response = follow(url, range, version);
                if (!MAY_PASS.contains(response.code()) || last) {
                    return requireAnswered(response, url);
                }
                asked = RetryAfter.parse(response.header("Retry-After"), Instant.now());
                response.close();
            } catch (DownloadException refused) {
                throw refused;
            } catch (IOException failed) {
                if (last
                        || Exchange.forbidden(failed).isPresent()
                        || Thread.currentThread().isInterrupted()) {
                    throw noAnswer(url, failed);
                }
            }
            sleep(min(asked.orElse(wait), retries.longestWait()));
            wait = min(wait.multipliedBy(2), retries.longestWait());
        }
    }

    private static DownloadException noAnswer(String url, IOException failed) {
        return Exchange.forbidden(failed)
                .map(address -> DownloadException.ofFile("%s: %s"
                        .formatted(url, UrlRules.forbidden(address.address()).detail())))
                .orElseGet(() -> new DownloadException(
                        DownloadException.Fault.HOST, "%s: no answer: %s".formatted(url, failed.getMessage()), failed));
    }

    private Response follow(String url, String range, Optional<String> version) throws IOException {
        HttpUrl target = require(urls.check(url), url);
        int most = settings.requests().maxRedirects();
        for (int redirects = 0; redirects <= most; redirects++) {
            Response response = execute(request(target, range, version));
            if (!REDIRECTS.contains(response.code())) {
                return response;
            }
            try (response) {
                String location = response.header("Location", "");
                HttpUrl next = target.resolve(location);
                if (location.isBlank() || next == null) {
                    throw DownloadException.ofFile("%s: a redirect to what is no URL of http or https".formatted(url));
                }
                target = require(urls.check(next), url);
            }
        }
        throw DownloadException.ofFile("%s: more than %d redirects".formatted(url, most));
    }

    /** The client throws an undeclared InterruptedException if the thread is interrupted while it connects. */
    private Response execute(Request request) throws IOException {
        try {
            return client.newCall(request).execute();
        } catch (Exception failed) {
            if (failed instanceof InterruptedException) {
                throw stopped();
            }
            throw failed;
        }
    }

    private Request request(HttpUrl url, String range, Optional<String> version) {
        Request.Builder request = new Request.Builder()
                .url(url)
                .header("User-Agent", settings.userAgent())
                .header("Accept-Encoding", "identity") // ranges are of the file itself
                .header("Range", range);
        version.ifPresent(validator -> request.header("If-Range", validator));
        return request.build();
    }

    private static HttpUrl require(UrlRules.Checked checked, String url) throws DownloadException {
        if (checked.refusal() != null) {
            throw DownloadException.ofFile(
                    "%s: %s".formatted(url, checked.refusal().detail()));
        }
        return Objects.requireNonNull(checked.url());
    }

    private static Response requireAnswered(Response response, String url) throws DownloadException {
        int status = response.code();
        if (status == 200 || status == 203 || status == 206 || status == 416) {
            return response;
        }
        response.close();
        throw new DownloadException(
                MAY_PASS.contains(status) ? DownloadException.Fault.HOST : DownloadException.Fault.FILE,
                "%s: the host answers %d".formatted(url, status),
                null);
    }

    RetrySettings retries() {
        return settings.retries();
    }

    static void sleep(Duration time) throws InterruptedIOException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            throw stopped();
        }
    }

    private static InterruptedIOException stopped() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("stopped");
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }
}
