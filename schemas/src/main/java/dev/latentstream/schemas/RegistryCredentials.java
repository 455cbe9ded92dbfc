package dev.latentstream.schemas;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** The value of the header {@code Authorization}, from the settings or the registry's URL. */
final class RegistryCredentials {
    private static final String BASIC_SOURCE = "basic.auth.credentials.source";
    private static final String BASIC_USER = "basic.auth.user.info";
    private static final String BEARER_SOURCE = "bearer.auth.credentials.source";
    private static final String BEARER_TOKEN = "bearer.auth.token";

    private final Optional<String> fromSettings;

    private RegistryCredentials(Optional<String> fromSettings) {
        this.fromSettings = fromSettings;
    }

    static RegistryCredentials of(RegistryProperties properties) {
        Optional<String> basic = basic(properties);
        Optional<String> bearer = bearer(properties);
        if (basic.isPresent() && bearer.isPresent()) {
            throw new ConfigException(
                    "both %s and %s are set; a registry accepts only one of them".formatted(BASIC_USER, BEARER_TOKEN));
        }
        return new RegistryCredentials(basic.or(() -> bearer));
    }

    /** Returns the header's value for requests to this URL. */
    Optional<String> authorization(URI url) {
        if (fromSettings.isPresent()) {
            return fromSettings;
        }
        return Optional.ofNullable(url.getUserInfo()).map(RegistryCredentials::encode);
    }

    private static Optional<String> basic(RegistryProperties properties) {
        String source = properties.text(BASIC_SOURCE).orElse("URL");
        Optional<String> user = properties.text(BASIC_USER);
        return switch (source) {
            case "USER_INFO" -> Optional.of(encode(properties.required(BASIC_USER)));
            case "URL" -> {
                if (user.isPresent()) {
                    throw new ConfigException("%s is set, but %s is not USER_INFO".formatted(BASIC_USER, BASIC_SOURCE));
                }
                yield Optional.empty();
            }
            default ->
                throw new ConfigException("%s is \"%s\"; it must be URL or USER_INFO".formatted(BASIC_SOURCE, source));
        };
    }

    private static Optional<String> bearer(RegistryProperties properties) {
        String source = properties.text(BEARER_SOURCE).orElse("STATIC_TOKEN");
        if (!source.equals("STATIC_TOKEN")) {
            throw new ConfigException("%s is \"%s\"; it must be STATIC_TOKEN".formatted(BEARER_SOURCE, source));
        }
        return properties.text(BEARER_TOKEN).map(token -> "Bearer " + token);
    }

    private static String encode(String userAndPassword) {
        byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }
}
