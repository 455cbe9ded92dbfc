package dev.latentstream.captioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.captioning.ChatAnswer.Finish;
import dev.latentstream.captioning.ChatReply.Kind;
import dev.latentstream.captioning.ChatSettings.Parameter;
import dev.latentstream.schemas.JsonFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests and answers of the OpenAI chat protocol as JSON, with the deviations that services have. Pure functions. */
final class ChatProtocol {
    /** Python writes NaN and -Infinity into JSON. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** For what an operator writes, who may not have meant the last of two fields of a name. */
    private static final ObjectReader STRICT =
            JSON.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());

    private ChatProtocol() {}

    static byte[] request(ChatSettings settings, String instruction, String dataUrl, long seed) {
        ChatSettings.Sampling sampling = settings.sampling();
        ObjectNode body = JSON.createObjectNode().put("model", settings.model()).put("stream", false);
        if (sampling.sends(Parameter.TEMPERATURE)) {
            body.put("temperature", sampling.temperature());
        }
        if (sampling.sends(Parameter.TOP_P)) {
            body.put("top_p", sampling.topP());
        }
        if (sampling.sends(Parameter.SEED)) {
            body.put("seed", seed & Integer.MAX_VALUE); // some servers store it in 32 bits
        }
        if (sampling.logprobs()) {
            body.put("logprobs", true);
        }
        body.put(sampling.maxTokensField(), sampling.maxTokens());
        ArrayNode content =
                body.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject().put("type", "image_url").putObject("image_url").put("url", dataUrl);
        content.addObject().put("type", "text").put("text", instruction);
        try {
            if (!sampling.extra().isBlank()) {
                body.setAll((ObjectNode) JSON.readTree(sampling.extra()));
            }
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the settings checked the only JSON that is parsed", e);
        }
    }

    static boolean isObject(String text) {
        try {
            return STRICT.readTree(text).isObject();
        } catch (JsonProcessingException broken) {
            return false;
        }
    }

    /** Reads the body of a successful response, which may be an error nevertheless. */
    static ChatReply reply(byte[] body) {
        JsonNode completion;
        try {
            completion = ChatEvents.areIn(body) ? ChatEvents.joined(body, JSON) : JSON.readTree(body);
        } catch (IOException broken) {
            return unreadable("not JSON: " + firstLine(broken));
        }
        if (completion.isArray() && completion.size() == 1) {
            completion = completion.get(0);
        }
        Optional<ChatReply> error = ChatErrors.in(completion);
        if (error.isPresent()) {
            return error.get();
        }
        JsonNode choice = completion.path("choices").path(0);
        if (!choice.path("message").isObject()) {
            return unreadable("no choices[0].message");
        }
        return answer(choice, tokens(completion.path("usage").path("total_tokens")));
    }

    /** Returns a body as messages show it: JSON without escapes, in which a key could hide; else its text. */
    static String shown(String body) {
        try {
            JsonNode tree = JSON.reader()
                    .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(body);
            return tree.isContainerNode() ? tree.toString() : body;
        } catch (JsonProcessingException noJson) {
            return body;
        }
    }

    private static ChatReply answer(JsonNode choice, long tokens) {
        JsonNode message = choice.path("message");
        JsonNode content = message.path("content");
        if (!isText(content) && !content.isNull() && !content.isMissingNode()) {
            return unreadable("content of type " + content.getNodeType());
        }
        Finish finish = finish(choice.path("finish_reason").asText("stop"));
        if (finish == Finish.FAILED) {
            return ChatReply.failure(Kind.UNAVAILABLE, "HTTP 200 with finish_reason error");
        }
        return ChatReply.answer(new ChatAnswer(
                text(content),
                finish,
                refusal(message),
                reasoning(message),
                confidence(choice.path("logprobs").path("content")),
                tokens));
    }

    private static boolean isText(JsonNode content) {
        return content.isTextual()
                || content.isObject()
                || (content.isArray() && content.valueStream().allMatch(part -> part.isTextual() || part.isObject()));
    }

    /** Returns a text, or the texts of a list of parts in their order. */
    static String text(JsonNode content) {
        if (content.isArray()) {
            return content.valueStream().map(ChatProtocol::text).collect(Collectors.joining());
        }
        if (content.isObject()) {
            return switch (content.path("type").asText("text")) {
                case "text", "output_text" -> content.path("text").asText("");
                default -> "";
            };
        }
        return content.asText("");
    }

    /** Returns the text of a refusal, which is a field or a part of the content; others write {@code "refusal": false}. */
    private static String refusal(JsonNode message) {
        return Stream.concat(Stream.of(message), message.path("content").valueStream())
                .map(holder -> holder.path("refusal"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
    }

    /** Returns 0 for a count that is none: an infinite one would end any budget. */
    private static long tokens(JsonNode count) {
        long tokens = count.asLong(0);
        return tokens < 0 || tokens > Integer.MAX_VALUE ? 0 : tokens;
    }

    private static int reasoning(JsonNode message) {
        int beside = 0;
        for (String field : new String[] {"reasoning_content", "reasoning", "thinking"}) {
            beside += message.path(field).asText("").length();
        }
        for (JsonNode part : message.path("content")) {
            if (part.has("thinking") || part.has("reasoning")) {
                beside += part.toString().length();
            }
        }
        return beside;
    }

    private static Finish finish(String reason) {
        return switch (reason.toLowerCase(Locale.ROOT)) {
            case "length", "max_tokens", "max_output_tokens", "model_length" -> Finish.TOKEN_LIMIT;
            case "content_filter", "safety", "recitation", "prohibited_content", "blocklist", "spii", "refusal" ->
                Finish.FILTERED;
            case "error" -> Finish.FAILED;
            default -> Finish.COMPLETE;
        };
    }

    private static @Nullable Float confidence(JsonNode logprobs) {
        double sum = 0;
        for (JsonNode token : logprobs) {
            double logprob =
                    token.path("logprob").isNumber() ? token.path("logprob").doubleValue() : Double.NaN;
            if (!Double.isFinite(logprob)) {
                return null;
            }
            sum += logprob;
        }
        double mean = Math.exp(sum / logprobs.size());
        return mean >= 0 && mean <= 1 ? (float) mean : null; // NaN for no tokens at all
    }

    private static ChatReply unreadable(String fault) {
        return ChatReply.failure(Kind.UNREADABLE, fault);
    }

    private static String firstLine(IOException error) {
        String message = error instanceof JsonProcessingException json ? JsonFaults.describe(json) : error.getMessage();
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
