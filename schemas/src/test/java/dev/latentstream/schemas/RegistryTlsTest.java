package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.StubServer.Clients;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path folder;

    private static Path keys;
    private static Path trust;

    /** One certificate for both sides. */
    @BeforeAll
    static void makeACertificate() throws Exception {
        keys = folder.resolve("keys.p12");
        trust = folder.resolve("trust.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        keytool,
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-keystore",
                        keys.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        "registry",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();

        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        KeyStore made = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        trusted.setCertificateEntry("registry", made.getCertificate("registry"));
        try (OutputStream out = Files.newOutputStream(trust)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
    }

    private static Map<String, String> keyStore() {
        return Map.of(
                "schema.registry.ssl.keystore.location",
                keys.toString(),
                "schema.registry.ssl.keystore.password",
                PASSWORD,
                "schema.registry.ssl.keystore.type",
                "PKCS12");
    }

    private static Map<String, String> trustStore() {
        return Map.of(
                "schema.registry.ssl.truststore.location",
                trust.toString(),
                "schema.registry.ssl.truststore.password",
                PASSWORD);
    }

    private static StubServer server(Clients clients) throws IOException {
        Map<String, String> properties = new HashMap<>(keyStore());
        properties.putAll(trustStore());
        SSLContext context =
                RegistryTls.context(new RegistryProperties(properties)).orElseThrow();
        return new StubServer(Optional.of(context), clients).then(200, "{\"id\":1}");
    }

    @SafeVarargs
    private static int register(StubServer server, Map<String, String>... properties) {
        Map<String, String> configs = new HashMap<>(Map.of("schema.registry.url", server.url(), "max.retries", "0"));
        for (Map<String, String> some : properties) {
            configs.putAll(some);
        }
        return new SchemaRegistryClient(configs).register("s", Removal.getClassSchema());
    }

    @Test
    void trustsTheRegistryWhoseCertificateIsInTheStore() throws IOException {
        try (StubServer server = server(Clients.ANYONE)) {
            assertThat(register(server, trustStore())).isEqualTo(1);
        }
    }

    @Test
    void refusesAnUntrustedServer() throws IOException {
        try (StubServer server = server(Clients.ANYONE)) {
            assertThatThrownBy(() -> register(server))
                    .isInstanceOf(SchemaRegistryUnavailableException.class)
                    .hasMessageContaining("unable to find valid certification path");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void presentsItsCertificateToARegistryThatRequiresOne() throws IOException {
        try (StubServer server = server(Clients.WITH_CERTIFICATE)) {
            assertThatThrownBy(() -> register(server, trustStore()))
                    .isInstanceOf(SchemaRegistryUnavailableException.class);
            assertThat(register(server, trustStore(), keyStore())).isEqualTo(1);
        }
    }

    @Test
    void namesTheStoreWithAWrongPassword() {
        assertThatThrownBy(() -> RegistryTls.context(new RegistryProperties(Map.of(
                        "schema.registry.ssl.truststore.location",
                        trust.toString(),
                        "schema.registry.ssl.truststore.password",
                        "wrong"))))
                .hasMessageContaining("schema.registry.ssl.truststore.location is " + trust);
    }
}
