package dev.latentstream.runtime.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads one YAML file into a tree of records.
 *
 * <p>A record's components are its keys, in kebab case ({@code batchSize} is {@code batch-size}); its constructor without
 * arguments holds the defaults of absent keys, its compact constructor the bounds. A component without a default is
 * {@code @Nullable} or must be given. Unknown keys fail. Components are records, lists, maps with string keys, enums (in kebab
 * case), numbers, booleans, text, {@code Path}, {@code URI} and {@code Duration} ({@code 250ms}, {@code 5s}, {@code 10m}).
 * {@code ${NAME}} and {@code ${NAME:-default}} stand for variables of the environment.
 */
public final class SettingsReader {
    private SettingsReader() {}

    /**
     * Reads a file.
     *
     * @param environment what {@code ${NAME}} refers to
     * @throws SettingsException naming file, key, value and bound
     */
    public static <T> T read(Path yaml, Class<T> type, Map<String, String> environment) {
        String text;
        try {
            text = Files.readString(yaml);
        } catch (IOException unreadable) {
            throw new SettingsException("%s cannot be read: %s".formatted(yaml, unreadable), unreadable);
        }
        try {
            return parse(text, type, environment);
        } catch (SettingsException wrong) {
            throw new SettingsException("%s: %s".formatted(yaml, wrong.getMessage()), wrong);
        }
    }

    /** The same from a string. */
    public static <T> T parse(String yaml, Class<T> type, Map<String, String> environment) {
        return new RecordBinder(new ScalarReader(environment)).bind(type, YamlTree.parse(yaml));
    }
}
