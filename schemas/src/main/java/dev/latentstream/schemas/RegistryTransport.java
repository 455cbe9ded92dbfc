package dev.latentstream.schemas;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.failsafe.function.CheckedSupplier;
import dev.latentstream.schemas.RegistrySettings.Server;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one request to the first registry that responds. All servers are tried in turn, starting with the one that responded last;
 * if none responds, the round is retried with exponential backoff, for a number of times or as long as {@link RegistryPatience} says.
 * A server that cannot be reached, or answers 408, 429 or 5xx, did
 * not respond.
 */
final class RegistryTransport {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryTransport.class);
    private static final int SELDOM = 30; // retries a line, a minute or more of them
    private static final String JSON = "application/vnd.schemaregistry.v1+json";

    /** A response and its server. */
    record Answer(Server from, int status, String body) {
        URI server() {
            return from.url();
        }
    }

    /** One attempt at all servers: the answer, else the failure of each. */
    private record Round(Optional<Answer> answer, List<String> failures) {}

    private final RegistrySettings settings;
    private final Consumer<Duration> onDelay;
    private final HttpClient http;
    private final AtomicInteger lastGood = new AtomicInteger();

    /** @param onDelay notified of each delay before a retry */
    RegistryTransport(RegistrySettings settings, Consumer<Duration> onDelay) {
        this.settings = settings;
        this.onDelay = onDelay;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout());
        settings.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** @param attempts number of rounds so far */
    private RetryPolicy<Round> retries(AtomicInteger attempts, long start) {
        RetryPolicyBuilder<Round> policy = RetryPolicy.<Round>builder()
                .handleIf(thrown -> false)
                .handleResultIf(round -> round.answer().isEmpty()
                        && (attempts.get() <= settings.maxRetries()
                                || settings.patience().lasts(start)))
                .withMaxRetries(-1);
        if (settings.firstWait().compareTo(settings.longestWait()) < 0) {
            policy.withBackoff(settings.firstWait(), settings.longestWait());
        } else {
            policy.withDelay(settings.longestWait());
        }
        return policy.onRetryScheduled(retry -> {
                    if (attempts.get() <= settings.maxRetries() || attempts.get() % SELDOM == 0) {
                        LOG.atWarn()
                                .addKeyValue("attempt", retry.getAttemptCount())
                                .addKeyValue("delay", retry.getDelay())
                                .addKeyValue("failures", retry.getLastResult().failures())
                                .log("no schema registry responded; retrying");
                    }
                    onDelay.accept(retry.getDelay());
                })
                .build();
    }

    Answer get(String path) {
        return exchange("GET", path, Optional.empty());
    }

    Answer post(String path, String body) {
        return exchange("POST", path, Optional.of(body));
    }

    private Answer exchange(String method, String path, Optional<String> body) {
        AtomicInteger attempts = new AtomicInteger();
        Round last = withRetries(retries(attempts, System.nanoTime()), () -> {
            attempts.incrementAndGet();
            return round(method, path, body);
        });
        return last.answer()
                .orElseThrow(() -> new SchemaRegistryUnavailableException(
                        "no schema registry responded to %s %s in %d attempts (the last: %s); check that it runs, and kafka.schema-registry-url"
                                .formatted(method, path, attempts.get(), String.join("; ", last.failures()))));
    }

    private static Round withRetries(RetryPolicy<Round> retries, CheckedSupplier<Round> attempt) {
        try {
            return Failsafe.with(retries).get(attempt);
        } catch (FailsafeException failed) {
            if (failed.getCause() instanceof InterruptedException interrupted) {
                throw new InterruptException(interrupted); // restores the thread's interrupt flag
            }
            throw failed;
        }
    }

    private Round round(String method, String path, Optional<String> body) {
        List<String> failures = new ArrayList<>();
        int first = lastGood.get();
        int count = settings.servers().size();
        for (int i = 0; i < count; i++) {
            int index = (first + i) % count;
            Server server = settings.servers().get(index);
            try {
                Answer answer = ask(server, method, path, body);
                if (!isTemporary(answer.status())) {
                    lastGood.set(index);
                    return new Round(Optional.of(answer), failures);
                }
                failures.add("%s answered HTTP %d".formatted(server.url(), answer.status()));
            } catch (IOException e) {
                failures.add("%s: %s".formatted(server.url(), describe(e)));
            }
        }
        return new Round(Optional.empty(), failures);
    }

    private Answer ask(Server server, String method, String path, Optional<String> body) throws IOException {
        BodyPublisher content = body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(settings.readTimeout())
                .header("Accept", JSON + ", application/json")
                .header("Content-Type", JSON)
                .method(method, content);
        server.authorization().ifPresent(value -> request.header("Authorization", value.value()));
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(server, response.statusCode(), response.body());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static boolean isTemporary(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    /** In java.net.http neither a refused connection nor an unknown host has a message. */
    private static String describe(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "unknown host";
            }
        }
        if (e.getMessage() != null) {
            return e.getMessage();
        }
        return e instanceof ConnectException ? "connection refused" : "connection lost";
    }
}
