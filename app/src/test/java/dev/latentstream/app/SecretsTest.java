package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import dev.latentstream.app.cli.Failures;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.captioning.Captioner;
import dev.latentstream.captioning.Captioners;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.captioning.ImageToCaption;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.http.HttpEndpoint;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.runtime.settings.SettingsReader;
import dev.latentstream.schemas.ImageFormat;
import dev.latentstream.schemas.Removal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Plants a secret in each setting that can hold one, lets things go wrong, and searches all that anyone can read: messages, stack
 * traces, log lines, headers of dead letters, metrics, health and rejections.
 */
class SecretsTest {
    private static final String PLANTED = "p1anted-5ecret";

    @TempDir
    private Path folder = Path.of("");

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Map<Logger, Optional<Level>> levelsBefore = root.getLoggerContext().getLoggerList().stream()
            .collect(Collectors.toMap(Function.identity(), logger -> Optional.ofNullable(logger.getLevel())));
    private final List<Appender<ILoggingEvent>> appendersBefore = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Meters meters = new Meters();
    private final List<String> readable = new ArrayList<>();
    private HttpServer server = listening();
    private String answer = "";
    private int status = 200;

    @BeforeEach
    void record() {
        log.start();
        root.iteratorForAppenders().forEachRemaining(appendersBefore::add);
        appendersBefore.forEach(root::detachAppender); // the console is not for what is provoked here
        root.addAppender(log);
        levelsBefore.keySet().forEach(logger -> logger.setLevel(logger == root ? Level.DEBUG : null));
        server.createContext("/", exchange -> {
            try (InputStream body = exchange.getRequestBody()) {
                body.readAllBytes();
            }
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = answer.replace("$AUTH", authorization).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/login?" + PLANTED);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        levelsBefore.forEach((logger, level) -> logger.setLevel(level.orElse(null)));
        root.detachAppender(log);
        appendersBefore.forEach(root::addAppender);
        server.stop(0);
        meters.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "captioning: {chat: {api-key:$}}",
                "captioning: {chat: {api-key: *$}}",
                "captioning: {chat: {api-key: {$: 1}}}",
                "captioning: {chat: {api-key: [$]}}",
                "captioning: {chat: {api-key: \"$\\u0000$\"}}",
                "captioning: {chat: {api-key: \"$ $\"}}",
                "captioning: {chat: {api_key: $}}",
                "captioning: {chat: {base-url: 'http://me:$@host/v1'}}",
                "captioning: {chat: {base-url: 'http://me:$ @host/v1'}}",
                "captioning: {chat: {base-url: 'http://host/v1?key=$'}}",
                "captioning:\n  chat:\n    api-key: $\n  model: x: y",
                "captioning:\n  chat:\n    api-key: @$",
                "captioning:\n  chat:\n    api-key: '$",
                "captioning:\n  chat:\n    api-key: \"$\\q\"",
                "captioning:\n  chat:\n   api-key: $\n    model: a",
                "kafka: {properties: {bearer.auth.token:$}}",
                "kafka: {properties: {bearer.auth.token: \"$\\n$\"}}",
                "kafka: {properties: {basic.auth.user.info: \"me:$\\t$\"}}",
                "kafka: {properties: {sasl.jaas.config: org.example.Login required password=a $;}}",
                "kafka: {properties: {sasl.jaas.config: \"$\"}}",
                "kafka: {properties: {ssl.keystore.password: \"$\\e\"}}",
                "kafka: {properties: {ssl.key.password: $, group.id: $}}",
                "kafka: {partitions: 0, properties: {bearer.auth.token: $}}",
                "kafka: {schema-registry-url: 'http://me:$@host', partitions: none}",
            })
    void noMessageAboutSettingsShowsTheSecret(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml.replace("$", PLANTED));
        StringWriter out = new StringWriter();

        int code = Main.run(new PrintWriter(out), new PrintWriter(out), "status", "--config", file.toString());

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).isNotEmpty();
        readable.add(out.toString());
        assertFails(() -> SettingsReader.read(file, PipelineSettings.class, Map.of()));
        assertNothingPlantedIsReadable();
    }

    @Test
    void settingsDoNotPrintTheirSecrets() {
        PipelineSettings settings = settings("""
                kafka:
                  schema-registry-url: http://me:$@host:8081
                  properties:
                    bearer.auth.token: $
                    consumer.basic.auth.user.info: me:$
                    sasl.jaas.config: org.example.Login required password="$";
                    ssl.truststore.password: $
                    ssl.keystore.key: $
                    schema.registry.ssl.keystore.password: $
                    sasl.oauthbearer.client.credentials.client.secret: $
                captioning: {chat: {api-key: $}}
                """);

        readable.add(settings.toString());
        readable.add(settings.kafka().properties().keySet().toString());
        assertNothingPlantedIsReadable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "401 wrong key: $AUTH",
                "403 {\"error\": {\"message\": \"not for $AUTH\"}}",
                "400 {\"error\": {\"message\": \"bad header $AUTH\"}}",
                "500 cannot serve $AUTH",
                "200 {\"error\": {\"code\": 429, \"message\": \"$AUTH has no credit\"}}",
                "200 {\"error\": \"$AUTH is unknown\"}",
                "200 <html>$AUTH</html>",
                "200 {\"choices\": [{\"message\": {\"content\": \"I'm sorry, $AUTH\"}}]}",
                "200 {\"choices\": [{\"message\": {\"content\": \"\", \"refusal\": \"$AUTH\"}}]}",
                "200 data: {\"error\": {\"code\": 500, \"message\": \"$AUTH\"}}",
                "302 $AUTH",
                "307 $AUTH"
            })
    void noFailureOfACaptioningServiceShowsTheKey(String response) throws Exception {
        status = Integer.parseInt(response.substring(0, 3));
        answer = response.substring(4);

        assertFails(() ->
                captioned("http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort())));

        assertNothingPlantedIsReadable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1/v1", "https://127.0.0.1:%d/v1", "http://no-such-host.invalid/v1"})
    void noServiceThatCannotBeReachedShowsTheKey(String url) throws Exception {
        assertFails(() -> captioned(url.formatted(server.getAddress().getPort())));

        assertNothingPlantedIsReadable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "401 {\"error_code\": 40101, \"message\": \"no $AUTH\"}",
                "403 no $AUTH",
                "500 $AUTH",
                "404 {\"error_code\": 40401, \"message\": \"$AUTH\"}",
                "200 <html>$AUTH</html>",
                "422 {\"error_code\": 42201, \"message\": \"$AUTH\"}"
            })
    void noFailureOfARegistryShowsCredentials(String response) throws Exception {
        status = Integer.parseInt(response.substring(0, 3));
        answer = response.substring(4);
        int port = server.getAddress().getPort();

        assertFails(() -> serialized("""
                kafka:
                  schema-registry-url: http://127.0.0.1:%d
                  properties: {bearer.auth.token: "$\\n", max.retries: 0}
                """.formatted(port)));
        assertFails(() -> serialized("""
                kafka:
                  schema-registry-url: http://me:$@127.0.0.1:%d
                  properties: {max.retries: 0}
                """.formatted(port)));
        assertFails(() -> serialized("""
                kafka:
                  schema-registry-url: http://127.0.0.1:%d
                  properties: {basic.auth.credentials.source: USER_INFO, basic.auth.user.info: "me:$", max.retries: 0}
                """.formatted(port)));

        assertNothingPlantedIsReadable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bearer.auth.token: \"$ $\"",
                "bearer.auth.token: $, basic.auth.credentials.source: USER_INFO, basic.auth.user.info: me:$",
                "basic.auth.user.info: me:$",
                "schema.registry.ssl.keystore.location: /no/such, schema.registry.ssl.keystore.password: $",
                "serde.key.password: $, bearer.auth.token: $, bearer.auth.credentials.source: OAUTHBEARER",
            })
    void noRegistrySettingThatCannotWorkShowsItself(String properties) throws Exception {
        assertFails(() -> serialized("kafka: {properties: {%s}}".formatted(properties)));

        assertNothingPlantedIsReadable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, "
                        + "sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username=\"me\" password=\"$\";'",
                "security.protocol: SASL_PLAINTEXT, sasl.mechanism: SCRAM-SHA-512, sasl.jaas.config: 'no.such.Login required password=\"$\";'",
                "security.protocol: SASL_PLAINTEXT, sasl.mechanism: OAUTHBEARER, sasl.oauthbearer.client.credentials.client.secret: $",
                "security.protocol: SSL, ssl.keystore.type: PEM, ssl.keystore.key: $, ssl.keystore.certificate.chain: x",
                "security.protocol: SSL, ssl.keystore.location: /no/such, ssl.keystore.password: $, ssl.key.password: $",
                "security.protocol: SSL, ssl.truststore.location: /no/such, ssl.truststore.password: $",
                "security.protocol: none, ssl.key.password: $, sasl.jaas.config: 'a.B required password=\"$\";'"
            })
    void noKafkaClientShowsAPassword(String properties) throws Exception {
        PipelineSettings settings = settings("""
                kafka:
                  bootstrap-servers: 127.0.0.1:%d
                  properties: {%s, default.api.timeout.ms: 1500, request.timeout.ms: 1000}
                """.formatted(server.getAddress().getPort(), properties));

        assertFails(() -> {
            try (Admin admin = new KafkaConnection(settings.kafka()).admin()) {
                return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
            }
        });

        assertNothingPlantedIsReadable();
    }

    private static HttpServer listening() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static PipelineSettings settings(String yaml) {
        return SettingsReader.parse(yaml.replace("$", PLANTED), PipelineSettings.class, Map.of());
    }

    private List<?> captioned(String url) throws IOException {
        CaptioningSettings settings = settings("""
                captioning:
                  captioner: chat
                  chat:
                    base-url: %s
                    model: a-model
                    api-key: "$\\n"
                    patience: {attempts: 2, back-off: 1ms, longest-back-off: 2ms, connect: 2s, answer: 2s, give-up-after: 100ms}
                """.formatted(url)).captioning();
        try (Captioner captioner = Captioners.open(settings, Device.cpu(), meters)) {
            return captioner.caption(List.of(new ImageToCaption(
                    "image",
                    ByteBuffer.wrap(new byte[] {1}),
                    ImageFormat.JPEG,
                    settings.levels().subList(0, 1),
                    0)));
        }
    }

    private static byte[] serialized(String yaml) {
        KafkaConnection connection = new KafkaConnection(settings(yaml).kafka());
        try (Serializer<Removal> serializer =
                connection.serializer(connection.topics().removals())) {
            return serializer.serialize("removals", new Removal("asked", "me", Instant.EPOCH));
        }
    }

    @FunctionalInterface
    private interface Attempt {
        Object make() throws Exception;
    }

    /** Collects what each reader of a failure sees. */
    private void assertFails(Attempt attempt) throws Exception {
        Throwable failure = null;
        try {
            readable.add(String.valueOf(attempt.make()));
        } catch (Exception expected) {
            failure = expected;
        }
        assertThat(failure).isNotNull();
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        readable.add(trace.toString());
        readable.add(Failures.describe(failure));
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("images", 0, 0, new byte[0], new byte[0]);
        new DeadLetters("captioning")
                .of(record, failure)
                .headers()
                .forEach(header -> readable.add(new String(header.value(), StandardCharsets.UTF_8)));
        readable.add(meters.scrape());
        readable.add(health(failure));
    }

    private String health(Throwable failure) throws Exception {
        try (HttpEndpoint endpoint =
                HttpEndpoint.start(new HttpSettings("127.0.0.1", 0), meters, List.of(new Failed(failure)))) {
            URI url = URI.create("http://127.0.0.1:%d/health".formatted(endpoint.port()));
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private void assertNothingPlantedIsReadable() {
        for (ILoggingEvent event : List.copyOf(log.list)) {
            readable.add(event.getFormattedMessage() + event.getKeyValuePairs());
            if (event.getThrowableProxy() != null) {
                readable.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        String encoded = Base64.getEncoder().encodeToString(("me:" + PLANTED).getBytes(StandardCharsets.UTF_8));
        assertThat(readable)
                .allSatisfy(text -> assertThat(Arrays.asList(PLANTED, encoded)).noneMatch(text::contains));
    }

    private record Failed(Throwable reason) implements Stage {
        @Override
        public String name() {
            return "captioning";
        }

        @Override
        public void start() {}

        @Override
        public void close() {}

        @Override
        public Optional<Throwable> failure() {
            return Optional.of(reason);
        }
    }
}
