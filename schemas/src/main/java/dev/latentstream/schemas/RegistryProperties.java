package dev.latentstream.schemas;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the properties that Kafka passes to a serializer.
 *
 * @param values properties by Confluent's names; other properties are ignored
 */
record RegistryProperties(Map<String, ?> values) {
    Optional<String> text(String name) {
        @Nullable Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        String text = value instanceof Password password ? password.value() : value.toString();
        return Optional.of(text).filter(t -> !t.isBlank());
    }

    String required(String name) {
        return text(name).orElseThrow(() -> new ConfigException("%s is not set".formatted(name)));
    }

    int number(String name, int otherwise, int least) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get().strip());
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ConfigException("%s is \"%s\", which is not a whole number".formatted(name, text.get()));
        }
        throw new ConfigException("%s is %s; it must be at least %d".formatted(name, text.get(), least));
    }

    boolean flag(String name, boolean otherwise) {
        return text(name)
                .map(text -> switch (text.strip().toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    default ->
                        throw new ConfigException("%s is \"%s\"; it must be true or false".formatted(name, text));
                })
                .orElse(otherwise);
    }
}
