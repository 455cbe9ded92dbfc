package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.RegistrySettings.Server;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

class RegistrySettingsTest {
    private static final String URL = "http://registry:8081";

    private static RegistrySettings with(String... namesAndValues) {
        Map<String, Object> configs = new HashMap<>(Map.of("schema.registry.url", URL));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            configs.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return RegistrySettings.of(configs);
    }

    @Test
    void theDefaultsArePinned() {
        RegistrySettings settings = with();

        assertThat(settings)
                .isEqualTo(new RegistrySettings(
                        List.of(new Server(URI.create(URL), Optional.empty())),
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        3,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(20),
                        RegistryPatience.NONE));
    }

    @Test
    void readsSeveralUrlsWithTheirPathsAndUsers() {
        RegistrySettings settings = with("schema.registry.url", "https://a:b@one/apis/ccompat/v7/, http://two:80");

        assertThat(settings.servers())
                .containsExactly(
                        new Server(URI.create("https://one/apis/ccompat/v7"), Optional.of(new Password("Basic YTpi"))),
                        new Server(URI.create("http://two:80"), Optional.empty()));
    }

    @Test
    void acceptsKafkasPasswordType() {
        RegistrySettings settings =
                RegistrySettings.of(Map.of("schema.registry.url", URL, "bearer.auth.token", new Password("secret")));

        assertThat(settings.servers().get(0).authorization()).hasValue(new Password("Bearer secret"));
    }

    @Test
    void refusesUnusableValues() {
        assertThatThrownBy(() -> RegistrySettings.of(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("schema.registry.url is not set");
        assertThatThrownBy(() -> with("schema.registry.url", ",")).hasMessage("schema.registry.url has no URL");
        assertThatThrownBy(() -> with("schema.registry.url", "registry:8081"))
                .hasMessageContaining("\"registry:8081\"; it must start with http:// or https://");
        assertThatThrownBy(() -> with("max.retries", "-1")).hasMessage("max.retries is -1; it must be at least 0");
        assertThatThrownBy(() -> with("max.retries", "few")).hasMessageContaining("\"few\"");
        assertThatThrownBy(() -> with("basic.auth.credentials.source", "SASL_INHERIT"))
                .hasMessage("basic.auth.credentials.source is \"SASL_INHERIT\"; it must be URL or USER_INFO");
        assertThatThrownBy(() -> with("bearer.auth.credentials.source", "OAUTHBEARER"))
                .hasMessageContaining("it must be STATIC_TOKEN");
        assertThatThrownBy(() -> with("basic.auth.credentials.source", "USER_INFO"))
                .hasMessage("basic.auth.user.info is not set");
    }

    @Test
    void refusesCredentialsThatWouldBeIgnored() {
        assertThatThrownBy(() -> with("basic.auth.user.info", "a:b"))
                .hasMessage("basic.auth.user.info is set, but basic.auth.credentials.source is not USER_INFO");
        assertThatThrownBy(() -> with(
                        "basic.auth.credentials.source", "USER_INFO",
                        "basic.auth.user.info", "a:b",
                        "bearer.auth.token", "t"))
                .hasMessageContaining("a registry accepts only one of them");
    }

    @Test
    void namesAStoreThatCannotBeOpened() {
        assertThatThrownBy(() -> with("schema.registry.ssl.truststore.location", "/no/such/store.p12"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.ssl.truststore.location is /no/such/store.p12");
    }
}
