package dev.latentstream.captioning;

import dev.latentstream.captioning.ChatReply.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP exchanges with a chat service, bounded in time and size. Thread-safe. */
final class ChatEndpoint {
    private static final int EXCERPT = 300;

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
                .connectTimeout(settings.patience().connect())
                .build();
    }

    URI address() {
        return address;
    }

    /** Sends one request. Every failure is returned as a reply; only an interrupt is thrown. */
    ChatReply post(byte[] json) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request(json), response -> new BoundedBody(settings.maxAnswerBytes()));
        try {
            return reply(exchange.get(settings.patience().answer().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return ChatReply.failure(
                    Kind.UNAVAILABLE,
                    "no answer within %s".formatted(settings.patience().answer()));
        } catch (ExecutionException failed) {
            return failure(failed.getCause() == null ? failed : failed.getCause());
        } finally {
            exchange.cancel(true); // closes the connection; no effect on a completed exchange
        }
    }

    private HttpRequest request(byte[] json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(json));
        if (!settings.apiKey().isEmpty()) {
            request.header("Authorization", "Bearer " + settings.apiKey().reveal());
        }
        return request.build();
    }

    private ChatReply reply(HttpResponse<byte[]> response) {
        Kind kind = ChatReply.kind(response.statusCode());
        if (kind == Kind.ANSWER) {
            return ChatReply.answer(response.body());
        }
        String body = new String(response.body(), StandardCharsets.UTF_8);
        String excerpt = body.substring(0, Math.min(EXCERPT, body.length())).replaceAll("[\\s\\p{Cntrl}]+", " ");
        return ChatReply.failure(
                kind, "HTTP %d: %s".formatted(response.statusCode(), excerpt), retryAfter(response.headers()));
    }

    private ChatReply failure(Throwable cause) {
        if (cause instanceof BoundedBody.TooLongException) {
            return ChatReply.failure(Kind.TOO_LONG, String.valueOf(cause.getMessage()));
        }
        if (cause instanceof IOException) {
            return ChatReply.failure(Kind.UNAVAILABLE, cause.toString());
        }
        throw new IllegalStateException("a request to " + address + " failed", cause);
    }

    /** Parses seconds or a date (RFC 9110); zero for anything else and for a date in the past. */
    private Duration retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
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
