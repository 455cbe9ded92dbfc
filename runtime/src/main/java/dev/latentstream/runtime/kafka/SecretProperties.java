package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.Secret;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * The passwords, keys and tokens among the properties of Kafka's clients and of the serdes. They are checked before any client
 * sees them, because a client's own message may quote them, or fail at the first record as if that were at fault.
 */
final class SecretProperties {
    /** Values of several lines: a login configuration, and a private key in PEM. */
    private static final Pattern OF_LINES = Pattern.compile(".*(sasl\\.jaas\\.config|ssl\\.keystore\\.key)");

    private SecretProperties() {}

    /**
     * Returns the properties, without white space around secrets.
     *
     * @throws IllegalArgumentException if a secret cannot be one; the message names its property only
     */
    static Map<String, String> checked(Map<String, String> properties) {
        return properties.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, property -> checked(property.getKey(), property.getValue())));
    }

    private static String checked(String name, String value) {
        if (!Secret.isNamedBy(name)) {
            return value;
        }
        if (!OF_LINES.matcher(name).matches()) {
            return oneLine(name, value);
        }
        if (name.endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
            requireLogin(name, value);
        }
        return value.strip();
    }

    private static String oneLine(String name, String value) {
        try {
            return new Secret(value).reveal();
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("properties: %s: %s".formatted(name, refused.getMessage()), refused);
        }
    }

    /** Parses a login configuration as the clients will; their message would quote a part of it, so that there is no cause. */
    private static void requireLogin(String name, String value) {
        try {
            JaasContext unused =
                    JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(value.strip())));
        } catch (RuntimeException unusable) {
            throw new IllegalArgumentException(
                    "properties: %s is not a login configuration: it must be a class, \"required\", options as name=\"value\", and a semicolon; its value is not shown"
                            .formatted(name));
        }
    }

    /** Returns the properties as messages show them. */
    static Map<String, String> shown(Map<String, String> properties) {
        Map<String, String> shown = new TreeMap<>(properties);
        shown.replaceAll((name, value) -> Secret.isNamedBy(name) ? "***" : Secret.withoutUserInfo(value));
        return shown;
    }
}
