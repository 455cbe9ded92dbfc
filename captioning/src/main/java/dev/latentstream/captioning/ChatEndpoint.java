package dev.latentstream.captioning;

import dev.latentstream.captioning.ChatReply.Kind;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.settings.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** HTTP exchanges with a chat service, bounded in time and size. No reply shows the API key. Thread-safe. */
final class ChatEndpoint {
    private static final int EXCERPT = 300;
    private static final int MOST_REDIRECTS = 3;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

    private final HttpClient client;
    private final URI address;
    private final ChatSettings settings;
    private final InstantSource clock;

    ChatEndpoint(ChatSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.address = URI.create(settings.baseUrl().toString().replaceFirst("/+$", "") + "/chat/completions");
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // some servers mishandle the clear-text upgrade to HTTP/2
                .followRedirects(HttpClient.Redirect.NEVER) // the client would take the key to any host
                .connectTimeout(settings.patience().connect())
                .build();
    }

    URI address() {
        return address;
    }

    /** Sends one request. Every failure is returned as a reply; only an interrupt is thrown, and what no request survives. */
    ChatReply post(byte[] json) throws InterruptedException {
        try {
            HttpResponse<byte[]> response = exchanged(address, json);
            for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
                Optional<URI> next = redirect(response);
                if (next.isEmpty()) {
                    break;
                }
                response = exchanged(next.get(), json);
            }
            return reply(response);
        } catch (TimeoutException late) {
            return ChatReply.failure(
                    Kind.UNAVAILABLE,
                    "no answer within %s".formatted(settings.patience().answer()));
        } catch (ExecutionException failed) {
            return failure(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    private HttpResponse<byte[]> exchanged(URI target, byte[] json)
            throws InterruptedException, TimeoutException, ExecutionException {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request(target, json), response -> new BoundedBody(settings.maxAnswerBytes()));
        try {
            return exchange.get(settings.patience().answer().toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            exchange.cancel(true); // closes the connection; no effect on a completed exchange
        }
    }

    private HttpRequest request(URI target, byte[] json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(json));
        if (!settings.apiKey().isEmpty()) {
            request.header("Authorization", "Bearer " + settings.apiKey().reveal());
        }
        return request.build();
    }

    /** Returns where a response sends the same request, if that is the same host and no less safe: the key goes with it. */
    private static Optional<URI> redirect(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status != 307 && status != 308) {
            return Optional.empty(); // after 301, 302 and 303 clients send a GET
        }
        URI from = response.uri();
        return location(response)
                .filter(to -> to.getHost() != null && to.getHost().equalsIgnoreCase(from.getHost()))
                .filter(to -> "https".equals(to.getScheme()) || from.getScheme().equals(to.getScheme()));
    }

    private static Optional<URI> location(HttpResponse<byte[]> response) {
        try {
            return response.headers().firstValue("Location").map(response.uri()::resolve);
        } catch (IllegalArgumentException noUri) {
            return Optional.empty();
        }
    }

    private ChatReply reply(HttpResponse<byte[]> response) {
        byte[] body;
        try {
            body = decoded(response);
        } catch (BoundedBody.TooLongException tooLong) {
            return ChatReply.failure(Kind.TOO_LONG, String.valueOf(tooLong.getMessage()));
        } catch (IOException damaged) {
            return ChatReply.failure(Kind.UNREADABLE, "damaged compression: " + damaged.getMessage());
        }
        Duration pause = retryAfter(response.headers());
        Kind kind = ChatReply.kind(response.statusCode());
        if (kind == Kind.ANSWER) {
            return hidden(ChatProtocol.reply(body)).withRetryAfter(pause);
        }
        String text = ChatProtocol.shown(new String(body, StandardCharsets.UTF_8));
        String place = location(response).map(this::leading).orElse("");
        return hidden(ChatReply.failure(kind, "HTTP %d%s: %s".formatted(response.statusCode(), place, text)))
                .withRetryAfter(pause);
    }

    /** Names the target of a redirect, without its query, which may be a token of a login. */
    private String leading(URI to) {
        String port = to.getPort() < 0 ? "" : ":" + to.getPort();
        return ", a redirect to %s://%s%s%s (base-url must be where it leads)"
                .formatted(to.getScheme(), to.getHost(), port, to.getPath());
    }

    /** Returns a body without its compression, which some proxies apply unasked. */
    private byte[] decoded(HttpResponse<byte[]> response) throws IOException {
        byte[] body = response.body();
        String encoding = response.headers()
                .firstValue("Content-Encoding")
                .orElse("identity")
                .strip()
                .toLowerCase(Locale.ROOT);
        boolean isGzip = body.length > 1 && body[0] == 0x1f && body[1] == (byte) 0x8b; // as no JSON begins
        if (isGzip) {
            return bounded(new GZIPInputStream(new ByteArrayInputStream(body)));
        }
        return switch (encoding) {
            case "", "identity", "gzip", "x-gzip" -> body;
            case "deflate" -> bounded(new InflaterInputStream(new ByteArrayInputStream(body)));
            default -> throw new IOException("Content-Encoding %s, which was not asked for".formatted(encoding));
        };
    }

    private byte[] bounded(InputStream inflating) throws IOException {
        try (inflating) {
            byte[] plain = inflating.readNBytes(Math.toIntExact(settings.maxAnswerBytes() + 1));
            if (plain.length > settings.maxAnswerBytes()) {
                throw new BoundedBody.TooLongException(settings.maxAnswerBytes());
            }
            return plain;
        }
    }

    private ChatReply failure(Throwable cause) {
        if (cause instanceof BoundedBody.TooLongException) {
            return ChatReply.failure(Kind.TOO_LONG, String.valueOf(cause.getMessage()));
        }
        if (cause instanceof IOException) {
            Kind kind = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
                    ? Kind.OUTAGE
                    : Kind.UNAVAILABLE;
            return ChatReply.failure(kind, describe(cause));
        }
        throw new InfrastructureException(
                "a request to %s failed: %s".formatted(address, FailureWords.describe(cause)), cause);
    }

    /** Most failures of Java's client to connect have no message. */
    private static String describe(Throwable failure) {
        if (failure.getCause() instanceof UnresolvedAddressException) {
            return "its host is unknown";
        }
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        return failure instanceof ConnectException ? "no server answers" : "the connection broke";
    }

    /** Hides the API key, which some services repeat when they refuse it, before any text is cut. */
    private ChatReply hidden(ChatReply reply) {
        Secret key = settings.apiKey();
        String detail = key.hiddenIn(reply.detail()).replaceAll("[\\s\\p{Cntrl}]+", " ");
        return new ChatReply(
                reply.kind(),
                reply.answer().map(answer -> answer.without(key)),
                detail.substring(0, Math.min(EXCERPT, detail.length())),
                reply.retryAfter());
    }

    /**
     * Parses seconds, which some services give as a fraction, or a date (RFC 9110), or the milliseconds that Azure and OpenAI prefer; zero
     * for anything else and for a date in the past.
     */
    private Duration retryAfter(HttpHeaders headers) {
        String millis = headers.firstValue("Retry-After-Ms").orElse("").strip();
        if (NUMBER.matcher(millis).matches()) {
            return Duration.ofMillis((long) Math.ceil(Double.parseDouble(millis)));
        }
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (NUMBER.matcher(value).matches()) {
            return Duration.ofMillis((long) Math.ceil(1000 * Double.parseDouble(value)));
        }
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration pause = Duration.between(clock.instant(), until);
            return pause.isNegative() ? Duration.ZERO : pause;
        } catch (DateTimeParseException neither) {
            return Duration.ZERO;
        }
    }
}
