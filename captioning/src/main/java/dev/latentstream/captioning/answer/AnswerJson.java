package dev.latentstream.captioning.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Captions that a chat model wraps into JSON. Pure functions. */
final class AnswerJson {
    /** Also what Python and JavaScript print of an object. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> KEYS =
            Set.of("text", "alttext", "answer", "finalanswer", "output", "response", "result", "content");

    /** An object without its braces. */
    private static final Pattern FIELD =
            Pattern.compile("(?i)\"[\\w -]{0,30}(?:caption|description|text|answer)s?\"\\s*:");

    private AnswerJson() {}

    /** Returns the text of JSON that has exactly one caption; else the text unchanged. */
    static String caption(String text) {
        if (text.isEmpty() || "{[\"".indexOf(text.charAt(0)) < 0) {
            return text;
        }
        String json = FIELD.matcher(text).lookingAt() ? "{" + text + "}" : text;
        List<String> captions = captions(parsed(json)).toList();
        return captions.size() == 1 ? captions.get(0) : text;
    }

    /** Returns whether a text is JSON, or the start of it. */
    static boolean looksLikeJson(String text) {
        return text.startsWith("{")
                || text.startsWith("[{")
                || text.startsWith("[\"")
                || FIELD.matcher(text).lookingAt();
    }

    private static Stream<String> captions(JsonNode node) {
        if (node.isTextual()) {
            return Stream.of(node.textValue());
        }
        if (node.isArray()) {
            return node.valueStream().flatMap(AnswerJson::captions);
        }
        return node.properties().stream()
                .filter(field -> isCaption(field.getKey()))
                .flatMap(field -> captions(field.getValue()));
    }

    private static boolean isCaption(String key) {
        String name = key.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
        return KEYS.contains(name)
                || name.endsWith("caption")
                || name.endsWith("captions")
                || name.endsWith("description");
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException prose) {
            return MissingNode.getInstance();
        }
    }
}
