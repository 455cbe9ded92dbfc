package dev.latentstream.runtime.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * YAML as maps, lists and strings. Scalars stay text as written ({@code 3.10} is not {@code 3.1}); the types of the record's
 * components decide how they are parsed. Messages give position and key, and nothing of what the file has there.
 */
final class YamlTree {
    /** The parser's phrases about its grammar, which quote nothing of the file. */
    private static final Pattern PHRASE = Pattern.compile(
            "while (scanning|parsing) (an? |the |for the )?[a-z -]{1,40}|mapping values are not allowed here");

    private final YAMLParser parser;
    /** The keys on the way to the present place. */
    private final Deque<String> path = new ArrayDeque<>();

    private YamlTree(YAMLParser parser) {
        this.parser = parser;
    }

    /** The only document: null, a {@code String}, a {@code List} or a {@code Map} with string keys. */
    static @Nullable Object parse(String yaml) {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            return new YamlTree(parser).document();
        } catch (IOException impossible) {
            throw new IllegalStateException("reading a string failed with " + impossible.getClass());
        }
    }

    private @Nullable Object document() throws IOException {
        try {
            if (parser.nextToken() == null) {
                return null;
            }
            Object tree = value();
            if (parser.nextToken() != null) {
                throw new SettingsException(at("a second document starts; only one is read"));
            }
            return tree;
        } catch (JsonProcessingException malformed) {
            throw new SettingsException(described(malformed)); // without its cause, whose message quotes the file
        }
    }

    private @Nullable Object value() throws IOException {
        if (parser.isCurrentAlias()) {
            throw new SettingsException(at("aliases (*) are not supported; a value that starts with * needs quotes"));
        }
        if (parser.getTypeId() != null) {
            throw new SettingsException(at("tags (!) are not supported; a value that starts with ! needs quotes"));
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return map();
        }
        if (token == JsonToken.START_ARRAY) {
            return list();
        }
        return token == JsonToken.VALUE_NULL ? null : parser.getText();
    }

    private Map<String, @Nullable Object> map() throws IOException {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String repeated = at("%s is given twice".formatted(KnownKeys.shown(key)));
            path.addLast(KnownKeys.shown(key));
            parser.nextToken();
            if (entries.containsKey(key)) {
                throw new SettingsException(repeated);
            }
            entries.put(key, value());
            path.removeLast();
        }
        return entries;
    }

    private List<@Nullable Object> list() throws IOException {
        List<@Nullable Object> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            entries.add(value());
        }
        return entries;
    }

    private String at(String message) {
        return "line %d: %s".formatted(parser.currentTokenLocation().getLineNr(), message);
    }

    private String described(JsonProcessingException malformed) {
        String phrase = malformed.getOriginalMessage().lines().findFirst().orElse("");
        String reason = PHRASE.matcher(phrase).matches() ? " (%s)".formatted(phrase) : "";
        String place = malformed.getLocation() == null
                ? ""
                : "line %d, column %d: "
                        .formatted(
                                malformed.getLocation().getLineNr(),
                                malformed.getLocation().getColumnNr());
        return "%sthis is not YAML%s, at or after the key %s; check indentation, spaces after colons, and quotes"
                .formatted(place, reason, path.isEmpty() ? "of the first line" : String.join(".", path));
    }
}
