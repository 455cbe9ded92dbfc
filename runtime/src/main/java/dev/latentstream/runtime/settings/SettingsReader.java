package dev.latentstream.runtime.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one YAML file into a tree of records.
 *
 * <p>A record's components are its keys, in kebab case ({@code batchSize} is {@code batch-size}). Its no-argument constructor
 * defines the defaults of absent keys, its compact constructor the bounds. A component without a default is {@code @Nullable} or
 * required. The keys of a record marked {@link Flattened} are in its parent's mapping. Components are records, lists, maps with string keys, enums (in kebab case), numbers, booleans, text, {@code Path},
 * {@code URI} and {@code Duration} ({@code 250ms}, {@code 5s}, {@code 10m}). {@code ${NAME}} and {@code ${NAME:-default}} are
 * replaced by environment variables.
 *
 * <p>All errors of a file are reported together: unknown keys with the most similar known key, values of a wrong type or out of
 * bounds, and missing values, each with its path. Values of keys that look secret are not shown. A renamed key still works for one
 * version, with a warning.
 */
public final class SettingsReader {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsReader.class);

    private SettingsReader() {}

    /**
     * Reads a file.
     *
     * @param environment the variables for {@code ${NAME}}
     * @throws SettingsException with the file and all errors
     */
    public static <T> T read(Path yaml, Class<T> type, Map<String, String> environment) {
        String text;
        try {
            text = Files.readString(yaml);
        } catch (IOException unreadable) {
            throw new SettingsException("%s cannot be read: %s".formatted(yaml, reason(yaml, unreadable)), unreadable);
        }
        try {
            return parse(text, type, environment);
        } catch (SettingsException wrong) {
            throw new SettingsException("%s: %s".formatted(yaml, wrong.getMessage()), wrong);
        }
    }

    private static String reason(Path yaml, IOException unreadable) {
        if (unreadable instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (unreadable instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (unreadable instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        return Files.isDirectory(yaml) ? "it is a folder" : String.valueOf(unreadable.getMessage());
    }

    /** Reads a string. */
    public static <T> T parse(String yaml, Class<T> type, Map<String, String> environment) {
        return parse(yaml, type, environment, RenamedKeys.CURRENT, warning -> LOG.atWarn()
                .log(warning));
    }

    static <T> T parse(
            String yaml,
            Class<T> type,
            Map<String, String> environment,
            RenamedKeys renamed,
            Consumer<String> warnings) {
        @Nullable Object tree = YamlTree.parse(yaml);
        SettingErrors errors = new SettingErrors();
        renamed.apply(tree, warnings, errors);
        return new RecordBinder(new ScalarReader(environment, errors), errors).bind(type, tree);
    }
}
