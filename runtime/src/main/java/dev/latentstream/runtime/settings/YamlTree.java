package dev.latentstream.runtime.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * YAML as maps, lists and strings. Scalars stay text as written ({@code 3.10} is not {@code 3.1}); the types of the record's
 * components decide how they are parsed.
 */
final class YamlTree {
    private YamlTree() {}

    /** The only document: null, a {@code String}, a {@code List} or a {@code Map} with string keys. */
    static @Nullable Object parse(String yaml) {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            if (parser.nextToken() == null) {
                return null;
            }
            Object tree = value(parser);
            if (parser.nextToken() != null) {
                throw new SettingsException(at(parser, "a second document starts; only one is read"));
            }
            return tree;
        } catch (JsonProcessingException malformed) {
            String place = malformed.getLocation() == null
                    ? ""
                    : "line %d, column %d: "
                            .formatted(
                                    malformed.getLocation().getLineNr(),
                                    malformed.getLocation().getColumnNr());
            String reason = malformed.getOriginalMessage().lines().findFirst().orElse("not YAML");
            throw new SettingsException(place + reason, malformed);
        } catch (IOException impossible) {
            throw new IllegalStateException("reading a string", impossible);
        }
    }

    private static @Nullable Object value(YAMLParser parser) throws IOException {
        if (parser.isCurrentAlias()) {
            String alias = SettingErrors.isSecret(String.valueOf(parser.currentName())) ? "***" : parser.getText();
            throw new SettingsException(at(parser, "*%s: aliases are not supported".formatted(alias)));
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return map(parser);
        }
        if (token == JsonToken.START_ARRAY) {
            return list(parser);
        }
        return token == JsonToken.VALUE_NULL ? null : parser.getText();
    }

    private static Map<String, @Nullable Object> map(YAMLParser parser) throws IOException {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String repeated = at(parser, "%s is given twice".formatted(key));
            parser.nextToken();
            if (entries.containsKey(key)) {
                throw new SettingsException(repeated);
            }
            entries.put(key, value(parser));
        }
        return entries;
    }

    private static List<@Nullable Object> list(YAMLParser parser) throws IOException {
        List<@Nullable Object> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            entries.add(value(parser));
        }
        return entries;
    }

    private static String at(YAMLParser parser, String message) {
        return "line %d: %s".formatted(parser.currentTokenLocation().getLineNr(), message);
    }
}
