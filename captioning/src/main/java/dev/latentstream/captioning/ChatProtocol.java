package dev.latentstream.captioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.captioning.Captioned.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests and answers of the OpenAI chat protocol as JSON. Pure functions. */
final class ChatProtocol {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ChatProtocol() {}

    /**
     * A parsed answer.
     *
     * @param text null if the answer is refused
     * @param confidence geometric mean of the token probabilities; null if the service does not report them
     * @param tokens tokens of prompt and completion, as counted by the service; 0 if it does not count
     */
    record Answer(@Nullable String text, @Nullable Float confidence, long tokens, Optional<Refused> refused) {}

    static byte[] request(String model, ChatSettings.Sampling sampling, String instruction, String dataUrl, long seed) {
        ObjectNode body = JSON.createObjectNode()
                .put("model", model)
                .put("temperature", sampling.temperature())
                .put("top_p", sampling.topP())
                .put(sampling.maxTokensField(), sampling.maxTokens())
                .put("seed", seed & Integer.MAX_VALUE); // some servers store it in 32 bits
        if (sampling.logprobs()) {
            body.put("logprobs", true);
        }
        ObjectNode message = body.putArray("messages").addObject().put("role", "user");
        var content = message.putArray("content");
        content.addObject().put("type", "image_url").putObject("image_url").put("url", dataUrl);
        content.addObject().put("type", "text").put("text", instruction);
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of strings and numbers is always JSON", e);
        }
    }

    static Answer answer(byte[] body) {
        JsonNode answer;
        try {
            answer = JSON.readTree(body);
        } catch (IOException broken) {
            return bad("no JSON: " + firstLine(broken), 0);
        }
        long tokens = Math.max(0, answer.path("usage").path("total_tokens").asLong(0));
        JsonNode choice = answer.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            return bad("no choices[0].message", tokens);
        }
        if (message.path("refusal").isTextual()) {
            return refused(
                    new Refused(
                            CaptionRejection.EVASIVE, message.path("refusal").textValue(), "a description"),
                    tokens);
        }
        JsonNode content = message.path("content");
        if (!content.isTextual() && !content.isNull() && !content.isMissingNode()) {
            return bad("content of type " + content.getNodeType(), tokens);
        }
        return completed(content.asText(""), choice, tokens);
    }

    private static Answer completed(String text, JsonNode choice, long tokens) {
        return switch (choice.path("finish_reason").asText("stop")) {
            case "length" -> refused(new Refused(CaptionRejection.UNFINISHED, "finish_reason length", "stop"), tokens);
            case "content_filter" ->
                refused(new Refused(CaptionRejection.EVASIVE, "finish_reason content_filter", "stop"), tokens);
            default -> new Answer(text, confidence(choice.path("logprobs").path("content")), tokens, Optional.empty());
        };
    }

    private static @Nullable Float confidence(JsonNode logprobs) {
        double sum = 0;
        for (JsonNode token : logprobs) {
            if (!token.path("logprob").isNumber()) {
                return null;
            }
            sum += token.path("logprob").doubleValue();
        }
        double mean = Math.exp(sum / logprobs.size());
        return mean >= 0 && mean <= 1 ? (float) mean : null; // NaN for no tokens at all
    }

    private static Answer bad(String fault, long tokens) {
        return refused(new Refused(CaptionRejection.BAD_ANSWER, fault, "a chat completion"), tokens);
    }

    private static Answer refused(Refused refused, long tokens) {
        return new Answer(null, null, tokens, Optional.of(refused));
    }

    private static String firstLine(IOException error) {
        String message = error instanceof JsonProcessingException json ? json.getOriginalMessage() : error.toString();
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
