package dev.latentstream.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.runtime.settings.SettingsException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
    private static final HttpSettings ANY_PORT = new HttpSettings("127.0.0.1", 0);

    private final Meters meters = new Meters();
    private final Part ingest = new Part("ingest");
    private final HttpEndpoint endpoint = HttpEndpoint.start(ANY_PORT, meters, List.of(ingest, new Part("captioning")));

    private static final class Part implements Stage {
        private final String name;
        private @Nullable Throwable failure;

        Part(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() {}

        @Override
        public void close() {}

        @Override
        public Optional<Throwable> failure() {
            return Optional.ofNullable(failure);
        }
    }

    @AfterEach
    void close() {
        endpoint.close();
        meters.close();
    }

    @Test
    void servesMetrics() throws Exception {
        meters.count(Meter.TRAINER_STEPS);

        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body()).contains("latentstream_trainer_steps_total 1.0");
    }

    @Test
    void isHealthyUntilAStageFails() throws Exception {
        HttpResponse<String> up = get("/health");
        assertThat(up.statusCode()).isEqualTo(200);
        assertThat(json(up).at("/status").asText()).isEqualTo("up");
        assertThat(json(up).at("/stages/captioning/status").asText()).isEqualTo("up");

        ingest.failure = new InfrastructureException("disk \"full\"");
        HttpResponse<String> failed = get("/health");

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(json(failed).at("/status").asText()).isEqualTo("failed");
        assertThat(json(failed).at("/stages/ingest/error").asText()).contains("disk \"full\"");
        assertThat(json(failed).at("/stages/captioning/status").asText()).isEqualTo("up");
    }

    @Test
    void servesFurtherPathsAndNoOthers() throws Exception {
        endpoint.handle("/", exchange -> HttpEndpoint.answer(exchange, 200, "text/html", "page"));

        assertThat(get("/").body()).isEqualTo("page");
        assertThat(get("/metrics/secret").statusCode()).isEqualTo(404);
        assertThat(get("/other").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void refusesMethodsThatWouldChangeSomething(String method) throws Exception {
        endpoint.handle("/", exchange -> HttpEndpoint.answer(exchange, 200, "text/html", "page"));

        for (String path : List.of("/metrics", "/health", "/")) {
            HttpResponse<String> response = send(method, path);

            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
        }
        assertThat(send(method, "/other").statusCode()).isEqualTo(404);
    }

    @Test
    void answersHeadWithTheHeadersOfGet() throws Exception {
        for (String path : List.of("/metrics", "/health")) {
            HttpResponse<String> got = get(path);
            HttpResponse<String> head = send("HEAD", path);

            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(got.headers().firstValue("Content-Type"));
            assertThat(head.headers().firstValueAsLong("Content-Length"))
                    .hasValue(got.body().getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void aPortInUseIsNamed() {
        assertThatThrownBy(() -> HttpEndpoint.start(new HttpSettings("127.0.0.1", endpoint.port()), meters, List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("http: cannot listen on port %d of 127.0.0.1".formatted(endpoint.port()));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(endpoint.port(), path));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }
}
