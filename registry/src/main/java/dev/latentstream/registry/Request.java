package dev.latentstream.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request whose path matches a route.
 *
 * @param path the path parameters by their names in the route
 * @param query the query parameters; unknown ones are ignored, because newer clients send more of them
 * @param body unparsed
 */
record Request(Map<String, String> path, Map<String, String> query, String body) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    Request {
        path = Map.copyOf(path);
        query = Map.copyOf(query);
    }

    String path(String name) {
        return Optional.ofNullable(path.get(name)).orElseThrow();
    }

    String subject() {
        return path("subject");
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query.get(name));
    }

    /** The versions selected by {@code deleted} and {@code deletedOnly}. */
    Visibility visibility() {
        if (flag("deletedOnly")) {
            return Visibility.DELETED;
        }
        return flag("deleted") ? Visibility.ALL : Visibility.ACTIVE;
    }

    /** Returns the part of a list selected by {@code offset} and {@code limit}. */
    <T> List<T> page(List<T> all) {
        int offset = number("offset", 0);
        int limit = number("limit", -1);
        return all.stream()
                .skip(Math.max(0, offset))
                .limit(limit < 0 ? Long.MAX_VALUE : limit)
                .toList();
    }

    /** Returns the body as a JSON object. */
    JsonNode json() {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw RegistryError.unreadable("the request's body is not JSON" + place(e));
        }
        throw RegistryError.unreadable("the request's body is not a JSON object");
    }

    /** Returns the schema in the body, which is JSON within a string. */
    String schemaText() {
        JsonNode schema = json().path("schema");
        if (!schema.isTextual() && !schema.isNull() && !schema.isMissingNode()) {
            throw RegistryError.unreadable("schema is %s, not a string with the schema's JSON".formatted(kind(schema)));
        }
        if (schema.asText("").isBlank()) {
            throw RegistryError.invalidSchema("the request has no schema");
        }
        return schema.textValue();
    }

    /** Returns the place of a fault, or the bound that was exceeded; the rest of a message has remarks on the parser's own features. */
    static String place(JacksonException fault) {
        JsonLocation location = fault.getLocation();
        return location == null || fault instanceof StreamConstraintsException
                ? ": " + fault.getOriginalMessage().replaceAll(", from `[^`]*`", "")
                : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case BINARY, MISSING, NULL, POJO, STRING -> "another value";
        };
    }

    private int number(String name, int otherwise) {
        Optional<String> text = Optional.ofNullable(query.get(name));
        try {
            return text.map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw RegistryError.unreadable("%s is \"%s\", which is not a whole number".formatted(name, text.get()));
        }
    }
}
