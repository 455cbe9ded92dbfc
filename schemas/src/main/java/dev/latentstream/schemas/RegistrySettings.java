package dev.latentstream.schemas;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * The addresses of a registry, its TLS and timeouts, read from Confluent's property names.
 *
 * @param servers one or more equivalent servers
 * @param tls trusted and own certificates for {@code https}; empty for Java's defaults
 * @param connectTimeout limit for opening a connection
 * @param readTimeout limit for a response
 * @param maxRetries further rounds over all servers after the first
 * @param firstWait delay before the first retry; doubles with each
 * @param longestWait upper bound of the delay
 * @param patience time for which rounds are repeated beyond the maximum
 */
record RegistrySettings(
        List<Server> servers,
        Optional<SSLContext> tls,
        Duration connectTimeout,
        Duration readTimeout,
        int maxRetries,
        Duration firstWait,
        Duration longestWait,
        RegistryPatience patience) {
    static final String URL = "schema.registry.url";

    /** The longest delay under patience, in milliseconds, since a delay is also how late a recovery or the end of a program is noticed. */
    private static final int PATIENT_WAIT = 2_000;

    /**
     * One registry.
     *
     * @param url without user, query or trailing slash
     * @param authorization value of the header {@code Authorization}
     */
    record Server(URI url, Optional<Password> authorization) {
        /** Returns a text of this server without the credentials, which some servers repeat when they refuse them. */
        String withoutCredentials(String text) {
            return authorization
                    .map(header -> RegistryCredentials.hidden(header.value(), text))
                    .orElse(text);
        }
    }

    RegistrySettings {
        servers = List.copyOf(servers);
    }

    static RegistrySettings of(Map<String, ?> configs) {
        RegistryProperties properties = new RegistryProperties(configs);
        RegistryCredentials credentials = RegistryCredentials.of(properties);
        List<Server> servers = Arrays.stream(properties.required(URL).split(","))
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .map(url -> server(url, credentials))
                .toList();
        if (servers.isEmpty()) {
            throw new ConfigException("%s has no URL".formatted(URL));
        }
        RegistryPatience patience = configs.get(RegistryPatience.PROPERTY) instanceof RegistryPatience given
                ? given
                : RegistryPatience.NONE;
        return new RegistrySettings(
                servers,
                RegistryTls.context(properties),
                milliseconds(properties, "http.connect.timeout.ms", 10_000),
                milliseconds(properties, "http.read.timeout.ms", 30_000),
                properties.number("max.retries", 3, 0),
                milliseconds(properties, "retries.wait.ms", 500),
                milliseconds(properties, "retries.max.wait.ms", patience.isNone() ? 20_000 : PATIENT_WAIT),
                patience);
    }

    private static Server server(String text, RegistryCredentials credentials) {
        try {
            URI url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!http || url.getHost() == null) {
                throw new ConfigException("%s has \"%s\"; it must start with http:// or https:// and a host"
                        .formatted(URL, withoutUser(text)));
            }
            String path = url.getPath().replaceAll("/+$", "");
            URI plain = new URI(url.getScheme(), null, url.getHost(), url.getPort(), path, null, null);
            return new Server(plain, credentials.authorization(url));
        } catch (URISyntaxException e) {
            throw new ConfigException(
                    "%s has \"%s\", which is not a URL: %s".formatted(URL, withoutUser(text), e.getReason()));
        }
    }

    /** Keeps passwords out of messages. */
    private static String withoutUser(String url) {
        return url.replaceAll(".*@", "");
    }

    private static Duration milliseconds(RegistryProperties properties, String name, int otherwise) {
        return Duration.ofMillis(properties.number(name, otherwise, 1));
    }
}
