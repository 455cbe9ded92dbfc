package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.StubServer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryClientTest {
    private static final Schema SCHEMA = Removal.getClassSchema();

    private final List<Duration> delays = new ArrayList<>();
    private StubServer server;
    private StubServer other;

    @BeforeEach
    void start() throws IOException {
        server = new StubServer();
        other = new StubServer();
    }

    @AfterEach
    void stop() {
        server.close();
        other.close();
    }

    private SchemaRegistryClient client(Map<String, ?> configs) {
        return new SchemaRegistryClient(new RegistryTransport(RegistrySettings.of(configs), delays::add));
    }

    private SchemaRegistryClient client(String... urls) {
        return client(Map.of("schema.registry.url", String.join(" , ", urls)));
    }

    @Test
    void registersASchemaUnderItsSubjectOnce() {
        server.then(200, "{\"id\":7}");
        SchemaRegistryClient client = client(server.url());

        assertThat(client.register("removals-value", SCHEMA)).isEqualTo(7);
        assertThat(client.register("removals-value", SCHEMA)).isEqualTo(7);

        assertThat(server.requests()).hasSize(1);
        Request request = server.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo("/subjects/removals-value/versions");
        assertThat(request.body()).contains("\\\"name\\\":\\\"Removal\\\"");
    }

    @Test
    void looksUpASchemaWithoutRegisteringIt() {
        server.then(200, "{\"subject\":\"s\",\"id\":3,\"version\":1,\"schema\":\"\\\"int\\\"\"}");

        assertThat(client(server.url()).lookUp("a b/c", SCHEMA)).isEqualTo(3);

        assertThat(server.requests().get(0).uri()).isEqualTo("/subjects/a%20b%2Fc");
    }

    @Test
    void fetchesASchemaByIdOnce() {
        server.then(200, "{\"schema\":\"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"F\\\",\\\"size\\\":3}\"}");
        SchemaRegistryClient client = client(server.url() + "/");

        assertThat(client.byId(12)).isEqualTo(Schema.createFixed("F", null, null, 3));
        assertThat(client.byId(12).getFixedSize()).isEqualTo(3);

        assertThat(server.requests()).extracting(Request::uri).containsExactly("/schemas/ids/12");
    }

    @Test
    void reportsTheIncompatibilitiesOfASchema() {
        server.then(200, "{\"is_compatible\":false,\"messages\":[\"READER_FIELD_MISSING_DEFAULT_VALUE\"]}");

        assertThat(client(server.url()).incompatibilities("s", SCHEMA))
                .containsExactly("READER_FIELD_MISSING_DEFAULT_VALUE");

        assertThat(server.requests().get(0).uri()).isEqualTo("/compatibility/subjects/s/versions/latest?verbose=true");
    }

    @Test
    void theFirstSchemaOfASubjectIsCompatible() {
        server.then(404, "{\"error_code\":40401,\"message\":\"Subject 's' not found.\"}");

        assertThat(client(server.url()).incompatibilities("s", SCHEMA)).isEmpty();
    }

    @Test
    void namesUrlSubjectAndErrorCodeOfARefusal() {
        server.then(409, "{\"error_code\":40901,\"message\":\"Schema being registered is incompatible\"}");

        assertThatThrownBy(() -> client(server.url()).register("removals-value", SCHEMA))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessage(
                        "%s: cannot register dev.latentstream.schemas.Removal under subject \"removals-value\": HTTP"
                                + " 409, error code 40901: Schema being registered is incompatible",
                        server.url())
                .extracting(e -> ((SchemaRegistryException) e).errorCode())
                .isEqualTo(40901);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRefusalIsNotCached() {
        server.then(404, "{\"error_code\":40403,\"message\":\"Schema 5 not found\"}")
                .then(200, "{\"schema\":\"\\\"int\\\"\"}");
        SchemaRegistryClient client = client(server.url());

        assertThatThrownBy(() -> client.byId(5)).hasMessageContaining("error code 40403: Schema 5 not found");
        assertThat(client.byId(5)).isEqualTo(Schema.create(Schema.Type.INT));
    }

    @Test
    void refusesAResponseThatIsNotFromARegistry() {
        server.then(200, "<html>Welcome</html>");

        assertThatThrownBy(() -> client(server.url()).byId(1))
                .hasMessageContaining("cannot fetch the schema with id 1")
                .hasMessageContaining("<html>Welcome</html>");
    }

    @Test
    void refusesASchemaThatIsNotAvro() {
        server.then(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message M {}\"}");

        assertThatThrownBy(() -> client(server.url()).byId(4))
                .hasMessageContaining("schema 4 is of type PROTOBUF, not AVRO");
    }

    @Test
    void refusesASchemaWithReferences() {
        server.then(
                200,
                "{\"schema\":\"\\\"a.B\\\"\",\"references\":[{\"name\":\"a.B\",\"subject\":\"b\",\"version\":1}]}");

        assertThatThrownBy(() -> client(server.url()).byId(4)).hasMessageContaining("schema 4 refers to other schemas");
    }

    @Test
    void retriesWithGrowingDelays() {
        server.then(503, "").then(500, "").then(429, "").then(200, "{\"id\":1}");

        SchemaRegistryClient client = client(Map.of("schema.registry.url", server.url(), "retries.wait.ms", "5"));
        assertThat(client.register("s", SCHEMA)).isEqualTo(1);

        assertThat(delays).containsExactly(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(20));
    }

    @Test
    void theDelayIsBounded() {
        server.then(503, "").then(503, "").then(503, "").then(200, "{\"id\":1}");

        client(Map.of("schema.registry.url", server.url(), "retries.wait.ms", "3", "retries.max.wait.ms", "5"))
                .register("s", SCHEMA);

        assertThat(delays).containsExactly(Duration.ofMillis(3), Duration.ofMillis(5), Duration.ofMillis(5));
    }

    @Test
    void givesUpAfterTheLastRetryWithTheFailureOfEachServer() throws IOException {
        String closed = "http://127.0.0.1:" + freePort();
        server.then(502, "").then(503, "");

        assertThatThrownBy(() -> client(Map.of("schema.registry.url", closed + "," + server.url(), "max.retries", "1"))
                        .byId(9))
                .isInstanceOf(SchemaRegistryUnavailableException.class)
                .hasMessage(
                        "no schema registry responded to GET /schemas/ids/9 in 2 attempts (the last: %s: connection refused; %s"
                                + " answered HTTP 503); check that it runs, and kafka.schema-registry-url",
                        closed, server.url());
        assertThat(delays).hasSize(1);
    }

    @Test
    void waitsForARegistryAsLongAsThePatienceLasts() {
        server.then(503, "").then(503, "").then(503, "").then(200, "{\"id\":1}");

        assertThat(patient(new RegistryPatience(Duration.ofMinutes(1))).register("s", SCHEMA))
                .isEqualTo(1);
    }

    @Test
    void thePatienceEndsWithItsProgram() {
        RegistryPatience patience = new RegistryPatience(Duration.ofMinutes(1));
        patience.end();
        server.then(503, "").then(503, "").then(503, "").then(200, "{\"id\":1}");

        assertThatThrownBy(() -> patient(patience).register("s", SCHEMA))
                .isInstanceOf(SchemaRegistryUnavailableException.class)
                .hasMessageContaining(" in 2 attempts ");
    }

    private SchemaRegistryClient patient(RegistryPatience patience) {
        return client(Map.of(
                "schema.registry.url",
                server.url(),
                "max.retries",
                "1",
                "retries.wait.ms",
                "1",
                RegistryPatience.PROPERTY,
                patience));
    }

    @Test
    void tellsAnUnknownHostFromARefusedConnection() {
        String unknown = "http://registry.invalid:8081"; // RFC 6761: a name that never resolves

        assertThatThrownBy(() -> client(Map.of("schema.registry.url", unknown, "max.retries", "0"))
                        .byId(9))
                .isInstanceOf(SchemaRegistryUnavailableException.class)
                .hasMessageContaining("(the last: %s: unknown host)", unknown);
    }

    @Test
    void namesNoClassWhereTheRegistryIsSilent() {
        String tls = server.url().replace("http:", "https:"); // a server that speaks no TLS waits for more

        assertThatThrownBy(() -> client(
                                Map.of("schema.registry.url", tls, "max.retries", "0", "http.read.timeout.ms", "100"))
                        .byId(9))
                .isInstanceOf(SchemaRegistryUnavailableException.class)
                .hasMessageMatching(".*\\(the last: %s: (request|HTTP connect) timed out\\).*".formatted(tls));
    }

    @Test
    void failsOverToTheNextUrlAndStaysThere() {
        server.then(503, "");
        other.then(200, "{\"id\":1}").then(200, "{\"id\":2}");
        SchemaRegistryClient client = client(server.url(), other.url());

        client.register("a", SCHEMA);
        client.register("b", SCHEMA);

        assertThat(server.requests()).hasSize(1);
        assertThat(other.requests()).hasSize(2);
        assertThat(delays).isEmpty();
    }

    @Test
    void sendsUserAndPassword() {
        server.then(200, "{\"id\":1}");

        client(Map.of(
                        "schema.registry.url", server.url(),
                        "basic.auth.credentials.source", "USER_INFO",
                        "basic.auth.user.info", "me:päss"))
                .register("s", SCHEMA);

        assertThat(server.requests().get(0).authorization()).isEqualTo("Basic bWU6cMOkc3M=");
    }

    @Test
    void readsUserAndPasswordFromTheUrl() {
        server.then(200, "{\"id\":1}");

        client(server.url("me:secret@")).register("s", SCHEMA);

        assertThat(server.requests().get(0).authorization()).isEqualTo("Basic bWU6c2VjcmV0");
    }

    @Test
    void neverShowsAPassword() {
        assertThatThrownBy(() -> client("http://me:secret@127.0.0.1:1").byId(1))
                .hasMessageContaining("http://127.0.0.1:1")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> client("ftp://me:secret@host")).hasMessageNotContaining("secret");
        assertThatThrownBy(() -> client("http://me:sec ret@host")).hasMessageNotContaining("ret@");
    }

    @Test
    void neverShowsCredentialsThatTheRegistryRepeats() {
        String json = "{\"error_code\":401,\"message\":\"no user %s, header %s\"}";
        server.then(401, json.formatted("me:p1anted-pass", "Basic bWU6cDFhbnRlZC1wYXNz"))
                .then(401, json.formatted("", "Bearer p1anted-token"))
                .then(200, "<html>p1anted-token</html>");

        assertThatThrownBy(() -> client(server.url("me:p1anted-pass@")).byId(1))
                .hasMessageContaining("no user me:[hidden], header Basic [hidden]");
        SchemaRegistryClient bearer =
                client(Map.of("schema.registry.url", server.url(), "bearer.auth.token", "p1anted-token"));
        assertThatThrownBy(() -> bearer.byId(1)).hasMessageContaining("Bearer [hidden]");
        assertThatThrownBy(() -> bearer.byId(1)).hasMessageContaining("<html>[hidden]</html>");
    }

    @Test
    void takesABearerTokenWithoutTheLineBreakOfItsFile() {
        server.then(200, "{\"id\":1}");

        client(Map.of("schema.registry.url", server.url(), "bearer.auth.token", " t0k\n"))
                .register("s", SCHEMA);

        assertThat(server.requests().get(0).authorization()).isEqualTo("Bearer t0k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p1anted\ntoken", "p1anted token", "p1antedtoken\u200b", "p1anted\u0000token"})
    void refusesABearerTokenThatNoHeaderCanHold(String token) {
        assertThatThrownBy(() -> client(Map.of("schema.registry.url", server.url(), "bearer.auth.token", token)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bearer.auth.token has a blank, a control character")
                .hasMessageNotContaining("p1anted");
    }

    @Test
    void sendsABearerToken() {
        server.then(200, "{\"id\":1}");

        client(Map.of("schema.registry.url", server.url(), "bearer.auth.token", "t0k"))
                .register("s", SCHEMA);

        assertThat(server.requests().get(0).authorization()).isEqualTo("Bearer t0k");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
