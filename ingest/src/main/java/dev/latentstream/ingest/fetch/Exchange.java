package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One request and its response, on the thread of the caller. */
final class Exchange {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final OkHttpClient client;
    private final FetchSettings settings;
    private final BodyBound bound;
    private final ByteBudget budget;
    private final ScheduledExecutorService timers;

    Exchange(
            OkHttpClient client,
            FetchSettings settings,
            BodyBound bound,
            ByteBudget budget,
            ScheduledExecutorService timers) {
        this.client = client;
        this.settings = settings;
        this.bound = bound;
        this.budget = budget;
        this.timers = timers;
    }

    /**
     * Sends a request.
     *
     * @param url a checked one
     * @throws InterruptedException if the thread is interrupted
     */
    Answer send(FetchRequest request, HttpUrl url) throws InterruptedException {
        Call call = client.newCall(http(request, url));
        Duration within = settings.requests().timeLimit();
        try (TimeLimit limit = TimeLimit.start(timers, within, call::cancel)) {
            return answer(call, request, limit);
        } catch (IOException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new IllegalStateException(failed); // answer() handles them all
        }
    }

    private Answer answer(Call call, FetchRequest request, TimeLimit limit) throws IOException, InterruptedException {
        boolean answered = false;
        try (Response response = call.execute()) {
            answered = true;
            return answer(response, request, limit);
        } catch (IOException failed) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return limit.isOver() ? tooSlow() : failed(failed, answered);
        }
    }

    private Request http(FetchRequest request, HttpUrl url) {
        Request.Builder builder = new Request.Builder()
                .url(url)
                .header("User-Agent", settings.userAgent())
                .header("Accept", "image/jpeg,image/png,image/webp,image/*;q=0.8,*/*;q=0.5")
                .header("Accept-Encoding", "identity"); // else the client decodes without a bound
        request.known().ifPresent(version -> builder.header(FileVersion.condition(version), version));
        return builder.build();
    }

    private Answer answer(Response response, FetchRequest request, TimeLimit limit)
            throws IOException, InterruptedException {
        int status = response.code();
        if (status == 200 || status == 203) {
            return file(response, request, limit);
        }
        if (status == 304 && request.known().isPresent()) {
            return new Answer.End(new Fetched.NotModified());
        }
        if (REDIRECTS.contains(status)) {
            return redirect(response);
        }
        Refusal refusal = status(status, "the host answers %d".formatted(status));
        return MAY_PASS.contains(status)
                ? new Answer.Transient(refusal, RetryAfter.parse(response.header("Retry-After"), Instant.now()))
                : Answer.End.refused(refusal);
    }

    private static Answer redirect(Response response) {
        String location = response.header("Location", "");
        if (location.isBlank()) { // which would resolve to the same URL
            return Answer.End.refused(
                    status(response.code(), "the host answers %d without a Location".formatted(response.code())));
        }
        HttpUrl target = response.request().url().resolve(location);
        return target != null
                ? new Answer.Redirect(target)
                : Answer.End.refused(status(
                        response.code(),
                        "the host redirects to \"%s\", which is no URL of http or https"
                                .formatted(location.substring(0, Math.min(200, location.length())))));
    }

    private Answer file(Response response, FetchRequest request, TimeLimit limit)
            throws IOException, InterruptedException {
        Optional<String> optedOut = settings.hosts().optOut()
                ? OptOut.directive(response.headers("X-Robots-Tag"), settings.robotName())
                : Optional.empty();
        if (optedOut.isPresent()) {
            return refused(
                    RejectionReason.OPTED_OUT, optedOut.get(), "none", "X-Robots-Tag is %s".formatted(optedOut.get()));
        }
        BodyReader body = new BodyReader(response);
        Optional<String> unknown = body.unknownEncoding();
        if (unknown.isPresent()) {
            String what = "Content-Encoding %s, which was not asked for".formatted(unknown.get());
            return refused(RejectionReason.UNSUPPORTED, unknown.get(), "identity, gzip, deflate", what);
        }
        if (body.declared() > bound.bytes() && !bound.cuts()) {
            return tooLarge(body.declared());
        }
        limit.pause();
        ByteBudget.Share share = budget.take(body.memory(bound.bytes()));
        limit.resume();
        @Nullable Answer answer = null;
        try {
            answer = file(body.read(bound.bytes()), FileVersion.of(response).name(), request, share);
            return answer;
        } catch (ZipException damaged) {
            return refused(
                    RejectionReason.UNDECODABLE,
                    null,
                    null,
                    "the Content-Encoding is damaged: " + damaged.getMessage());
        } finally {
            if (!(answer instanceof Answer.End end && end.fetched() instanceof Fetched.File)) {
                share.release();
            }
        }
    }

    private Answer file(byte[] read, Optional<String> version, FetchRequest request, ByteBudget.Share share) {
        if (read.length > bound.bytes() && !bound.cuts()) {
            return tooLarge(read.length);
        }
        byte[] bytes = read.length > bound.bytes() ? Arrays.copyOf(read, bound.bytes()) : read;
        if (request.hash().isPresent()) {
            ContentHash expected = request.hash().get();
            String actual = expected.of(bytes);
            if (!actual.equals(expected.hex())) {
                return refused(
                        RejectionReason.WRONG_HASH,
                        actual,
                        expected.hex(),
                        "%s %s is not %s of the list".formatted(expected.kind(), actual, expected.hex()));
            }
        }
        share.shrinkTo(bytes.length);
        return new Answer.End(new Fetched.File(bytes, version, share::release));
    }

    private Answer tooLarge(long bytes) {
        return Answer.End.refused(
                Refusal.above(RejectionReason.TOO_MANY_BYTES, "bytes of the file", bytes, bound.bytes()));
    }

    private Answer tooSlow() {
        String bound = settings.requests().timeLimit().toMillis() + " ms";
        return refused(RejectionReason.TOO_SLOW, null, bound, "the request is not complete after %s".formatted(bound));
    }

    private static Answer failed(IOException failed, boolean answered) {
        Optional<ForbiddenAddressException> forbidden = forbidden(failed);
        if (forbidden.isPresent()) {
            return Answer.End.refused(UrlRules.forbidden(forbidden.get().address()));
        }
        Refusal refusal = new Refusal(
                answered ? RejectionReason.INCOMPLETE : RejectionReason.UNREACHABLE,
                FailureWords.kind(failed),
                null,
                "%s: %s".formatted(answered ? "the body breaks off" : "no answer", reason(failed)));
        return failed instanceof SSLException && !answered
                ? Answer.End.refused(refusal) // a certificate does not change within seconds
                : new Answer.Transient(refusal, Optional.empty());
    }

    /** The message of an unknown host is only its name. */
    private static String reason(IOException failed) {
        return failed instanceof UnknownHostException ? "its host is unknown" : FailureWords.describe(failed);
    }

    /** Finds the refusal of an address, also where several addresses of a host were tried. */
    static Optional<ForbiddenAddressException> forbidden(@Nullable Throwable failed) {
        for (Throwable each = failed; each != null; each = each.getCause()) {
            if (each instanceof ForbiddenAddressException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static Refusal status(int status, String detail) {
        return new Refusal(RejectionReason.HTTP_STATUS, Integer.toString(status), "200", detail);
    }

    private static Answer refused(
            RejectionReason reason, @Nullable String value, @Nullable String bound, String detail) {
        return Answer.End.refused(new Refusal(reason, value, bound, detail));
    }
}
