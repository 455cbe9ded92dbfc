package dev.latentstream.schemas;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The value of the header {@code Authorization}, from the settings or the registry's URL. */
final class RegistryCredentials {
    private static final String BASIC_SOURCE = "basic.auth.credentials.source";
    private static final String BASIC_USER = "basic.auth.user.info";
    private static final String BEARER_SOURCE = "bearer.auth.credentials.source";
    private static final String BEARER_TOKEN = "bearer.auth.token";

    private static final String BASIC = "Basic ";

    /** The characters that a header may contain: visible ASCII. */
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]+");

    private final Optional<Password> fromSettings;

    private RegistryCredentials(Optional<Password> fromSettings) {
        this.fromSettings = fromSettings;
    }

    static RegistryCredentials of(RegistryProperties properties) {
        Optional<Password> basic = basic(properties);
        Optional<Password> bearer = bearer(properties);
        if (basic.isPresent() && bearer.isPresent()) {
            throw new ConfigException(
                    "both %s and %s are set; a registry accepts only one of them".formatted(BASIC_USER, BEARER_TOKEN));
        }
        return new RegistryCredentials(basic.or(() -> bearer));
    }

    /** Returns the header's value for requests to this URL. */
    Optional<Password> authorization(URI url) {
        if (fromSettings.isPresent()) {
            return fromSettings;
        }
        return Optional.ofNullable(url.getUserInfo()).map(RegistryCredentials::encode);
    }

    /** Returns a text without a header's value, its token, or the password in it. */
    static String hidden(String authorization, String text) {
        String token = authorization.substring(authorization.indexOf(' ') + 1);
        String secret = token;
        if (authorization.startsWith(BASIC)) {
            String user = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
            secret = user.substring(user.indexOf(':') + 1);
        }
        String shown = text.replace(token, Password.HIDDEN);
        return secret.isEmpty() ? shown : shown.replace(secret, Password.HIDDEN);
    }

    private static Optional<Password> basic(RegistryProperties properties) {
        String source = properties.text(BASIC_SOURCE).orElse("URL");
        Optional<String> user = properties.text(BASIC_USER);
        return switch (source) {
            case "USER_INFO" ->
                Optional.of(encode(properties.required(BASIC_USER).strip()));
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

    private static Optional<Password> bearer(RegistryProperties properties) {
        String source = properties.text(BEARER_SOURCE).orElse("STATIC_TOKEN");
        if (!source.equals("STATIC_TOKEN")) {
            throw new ConfigException("%s is \"%s\"; it must be STATIC_TOKEN".formatted(BEARER_SOURCE, source));
        }
        return properties.text(BEARER_TOKEN).map(String::strip).map(token -> {
            if (!HEADER_VALUE.matcher(token).matches()) {
                throw new ConfigException(
                        "%s has a blank, a control character or one beyond ASCII; its value is not shown"
                                .formatted(BEARER_TOKEN));
            }
            return new Password("Bearer " + token);
        });
    }

    private static Password encode(String userAndPassword) {
        byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
        return new Password(BASIC + Base64.getEncoder().encodeToString(bytes));
    }
}
