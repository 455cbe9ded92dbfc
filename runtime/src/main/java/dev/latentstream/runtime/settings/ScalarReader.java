package dev.latentstream.runtime.settings;

import dev.latentstream.schemas.KebabCase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads single settings: expands environment variables, and converts text to numbers, durations, paths and enums. */
final class ScalarReader {
    /** {@code ${NAME}} or {@code ${NAME:-default}}. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private static final Map<Class<?>, Kind> KINDS = Map.ofEntries(
            Map.entry(String.class, new Kind("text", text -> text)),
            Map.entry(int.class, new Kind("a whole number of 32 bits", Integer::valueOf)),
            Map.entry(Integer.class, new Kind("a whole number of 32 bits", Integer::valueOf)),
            Map.entry(short.class, new Kind("a whole number of 16 bits", Short::valueOf)),
            Map.entry(long.class, new Kind("a whole number of 64 bits", Long::valueOf)),
            Map.entry(Long.class, new Kind("a whole number of 64 bits", Long::valueOf)),
            Map.entry(float.class, new Kind("a number", Float::valueOf)),
            Map.entry(double.class, new Kind("a number", Double::valueOf)),
            Map.entry(Double.class, new Kind("a number", Double::valueOf)),
            Map.entry(boolean.class, new Kind("true or false", ScalarReader::truth)),
            Map.entry(Path.class, new Kind("a path", Path::of)),
            Map.entry(
                    Secret.class,
                    new Kind("one line without control characters, as a key or password is", Secret::new)),
            Map.entry(URI.class, new Kind("a URI", URI::create)),
            Map.entry(Duration.class, new Kind("a duration such as 250ms, 5s, 10m, 2h or 1d", ScalarReader::duration)));

    /** A Java type: the description of its text, and its parser. */
    private record Kind(String description, Function<String, Object> read) {}

    private final Map<String, String> environment;

    private final SettingErrors errors;

    ScalarReader(Map<String, String> environment, SettingErrors errors) {
        this.environment = Map.copyOf(environment);
        this.errors = errors;
    }

    Object read(Class<?> type, Object given, String path) {
        if (!(given instanceof String written)) {
            throw new SettingsException("%s is a list or a mapping, not a single value".formatted(path));
        }
        errors.hideIfSecret(path, written);
        String text = expanded(written, path);
        errors.hideIfSecret(path, text);
        if (type.isEnum()) {
            return constant(type, text, path);
        }
        Kind kind = KINDS.get(type);
        if (kind == null) {
            throw new IllegalArgumentException("%s: settings cannot be of type %s".formatted(path, type.getName()));
        }
        try {
            return kind.read().apply(text);
        } catch (IllegalArgumentException | DateTimeParseException unreadable) {
            throw new SettingsException(
                    "%s: %s is not %s".formatted(path, shown(path, text), kind.description()), unreadable);
        }
    }

    private String expanded(String written, String path) {
        Matcher variables = VARIABLE.matcher(written);
        return variables.replaceAll(variable -> Matcher.quoteReplacement(variable(variable, path)));
    }

    private String variable(MatchResult variable, String path) {
        String value = environment.getOrDefault(variable.group(1), "");
        @Nullable String otherwise = variable.group(2);
        if (value.isEmpty() && otherwise == null) {
            throw new SettingsException("%s: the environment has no %s".formatted(path, variable.group(1)));
        }
        return value.isEmpty() && otherwise != null ? otherwise : value;
    }

    private static Object constant(Class<?> type, String text, String path) {
        Object[] constants = type.getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> name(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new SettingsException("%s: %s is not one of %s"
                        .formatted(
                                path,
                                shown(path, text),
                                Arrays.stream(constants).map(ScalarReader::name).collect(Collectors.joining(", ")))));
    }

    private static String shown(String path, String text) {
        return Secret.isNamedBy(path) ? "the value" : "\"%s\"".formatted(text);
    }

    private static String name(Object constant) {
        return KebabCase.of((Enum<?>) constant);
    }

    private static Object truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Object duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return Duration.parse(text);
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
