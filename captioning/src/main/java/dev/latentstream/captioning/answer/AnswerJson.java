package dev.latentstream.captioning.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Captions that a chat model wraps into JSON. Pure functions. */
final class AnswerJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Set<String> KEYS = Set.of(
            "caption",
            "description",
            "text",
            "answer",
            "output",
            "response",
            "alttext",
            "imagecaption",
            "imagedescription");

    private AnswerJson() {}

    /** Returns the text of JSON that has exactly one caption; else the text unchanged. */
    static String caption(String text) {
        if (text.isEmpty() || "{[\"".indexOf(text.charAt(0)) < 0) {
            return text;
        }
        List<String> captions = captions(parsed(text)).toList();
        return captions.size() == 1 ? captions.get(0) : text;
    }

    /** Returns whether a text is JSON, or the start of it. */
    static boolean looksLikeJson(String text) {
        return text.startsWith("{") || text.startsWith("[{") || text.startsWith("[\"");
    }

    private static Stream<String> captions(JsonNode node) {
        if (node.isTextual()) {
            return Stream.of(node.textValue());
        }
        if (node.isArray()) {
            return node.valueStream().flatMap(AnswerJson::captions);
        }
        return node.properties().stream()
                .filter(field ->
                        KEYS.contains(field.getKey().toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "")))
                .flatMap(field -> captions(field.getValue()));
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException prose) {
            return MissingNode.getInstance();
        }
    }
}
