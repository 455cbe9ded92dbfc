package dev.latentstream.schemas;

import dev.latentstream.schemas.RegistrySettings.Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one request to the first registry that answers it. Tries all servers in turn, beginning with the one that answered
 * last, then waits and tries again. A server that cannot be reached, or answers 408, 429 or 5xx, did not answer.
 */
final class RegistryTransport {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryTransport.class);
    private static final String JSON = "application/vnd.schemaregistry.v1+json";

    /** Passes time between two rounds. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /** An answer, and who gave it. */
    record Answer(URI server, int status, String body) {}

    private final RegistrySettings settings;
    private final Pause pause;
    private final HttpClient http;
    private final AtomicInteger lastGood = new AtomicInteger();

    RegistryTransport(RegistrySettings settings, Pause pause) {
        this.settings = settings;
        this.pause = pause;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout());
        settings.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    Answer get(String path) {
        return exchange("GET", path, Optional.empty());
    }

    Answer post(String path, String body) {
        return exchange("POST", path, Optional.of(body));
    }

    private Answer exchange(String method, String path, Optional<String> body) {
        List<String> failures = new ArrayList<>();
        for (int round = 0; round <= settings.maxRetries(); round++) {
            if (round > 0) {
                pauseBefore(round, failures);
                failures.clear();
            }
            Optional<Answer> answer = askAll(method, path, body, failures);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw new SchemaRegistryUnavailableException("no schema registry answered %s %s in %d attempts; the last: %s"
                .formatted(method, path, settings.maxRetries() + 1, String.join("; ", failures)));
    }

    private Optional<Answer> askAll(String method, String path, Optional<String> body, List<String> failures) {
        int first = lastGood.get();
        int count = settings.servers().size();
        for (int i = 0; i < count; i++) {
            int index = (first + i) % count;
            Server server = settings.servers().get(index);
            try {
                Answer answer = ask(server, method, path, body);
                if (!isTemporary(answer.status())) {
                    lastGood.set(index);
                    return Optional.of(answer);
                }
                failures.add("%s answered HTTP %d".formatted(server.url(), answer.status()));
            } catch (IOException e) {
                failures.add("%s: %s".formatted(server.url(), describe(e)));
            }
        }
        return Optional.empty();
    }

    private Answer ask(Server server, String method, String path, Optional<String> body) throws IOException {
        BodyPublisher content = body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(settings.readTimeout())
                .header("Accept", JSON + ", application/json")
                .header("Content-Type", JSON)
                .method(method, content);
        server.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(server.url(), response.statusCode(), response.body());
        } catch (InterruptedException e) {
            throw new InterruptException(e); // restores the thread's interrupt flag
        }
    }

    private static boolean isTemporary(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    /** A refused connection has no message of its own in java.net.http. */
    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.toString();
    }

    private void pauseBefore(int round, List<String> failures) {
        long doubled = settings.firstWait().toMillis() << Math.min(round - 1, 20);
        Duration wait =
                Duration.ofMillis(Math.min(doubled, settings.longestWait().toMillis()));
        LOG.atWarn()
                .addKeyValue("round", round)
                .addKeyValue("wait", wait)
                .addKeyValue("failures", failures)
                .log("no schema registry answered; trying again");
        try {
            pause.of(wait);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
