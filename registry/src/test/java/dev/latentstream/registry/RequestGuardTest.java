package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGuardTest {
    private static final String OWN = "127.0.0.1:8081";
    private static final String JSON = "application/vnd.schemaregistry.v1+json";

    private final Headers headers = new Headers();

    private RegistryError refusal(String method) {
        return catchThrowableOfType(RegistryError.class, () -> RequestGuard.check(method, headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {OWN, "127.0.0.1", "localhost:8081", "LocalHost", "[::1]:8081", "localhost:22"})
    void acceptsTheLoopbackInterface(String host) {
        headers.set("Host", host);

        assertThatCode(() -> RequestGuard.check("GET", headers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rebound.example",
                "rebound.example:8081",
                "localhost.example",
                "127.0.0.1.example:8081",
                "127.0.0.1:8081:1",
                "0.0.0.0:8081",
                "user@localhost",
                "localhost:port"
            })
    void refusesAHostOfAnotherSite(String host) {
        headers.set("Host", host);

        assertThat(refusal("GET").status()).isEqualTo(403);
        assertThat(refusal("GET")).hasMessageContaining("Host \"" + host + "\"");
    }

    @Test
    void refusesARequestWithoutHostOrWithTwo() {
        assertThat(refusal("GET").status()).isEqualTo(403);

        headers.add("Host", OWN);
        headers.add("Host", "rebound.example");

        assertThat(refusal("GET").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "http://site.example",
                "http://127.0.0.1",
                "http://127.0.0.1:3000",
                "http://localhost:8081",
                "https://127.0.0.1:8081",
                "http://127.0.0.1:8081.example"
            })
    void refusesAnOriginOfAnotherSite(String origin) {
        headers.set("Host", OWN);
        headers.set("Content-Type", JSON);
        headers.set("Origin", origin);

        assertThat(refusal("POST").status()).isEqualTo(403);
        assertThat(refusal("POST")).hasMessageContaining("Origin \"" + origin + "\"");
        assertThat(refusal("GET").status()).isEqualTo(403);
    }

    @Test
    void acceptsItsOwnOrigin() {
        headers.set("Host", OWN);
        headers.set("Content-Type", JSON);
        headers.set("Origin", "http://" + OWN);

        assertThatCode(() -> RequestGuard.check("POST", headers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                JSON,
                "application/vnd.schemaregistry+json",
                "application/json",
                "application/json; charset=utf-8",
                "Application/JSON;charset=UTF-8",
                "application/octet-stream"
            })
    void acceptsTheTypesOfConfluentsProtocol(String type) {
        headers.set("Host", OWN);
        headers.set("Content-Type", type);

        assertThatCode(() -> RequestGuard.check("PUT", headers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "text/plain; application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonx"
            })
    void refusesTheTypesThatAPageMaySendToAnotherSite(String type) {
        headers.set("Host", OWN);
        headers.set("Content-Type", type);

        assertThat(refusal("POST").status()).isEqualTo(415);
        assertThat(refusal("PUT")).hasMessageContaining("Content-Type \"" + type + "\"");
    }

    @Test
    void refusesABodyWithoutAType() {
        headers.set("Host", OWN);

        assertThat(refusal("POST").status()).isEqualTo(415);
        assertThatCode(() -> RequestGuard.check("DELETE", headers)).doesNotThrowAnyException();
    }
}
