package dev.latentstream.captioning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Joins a streamed answer (server-sent events), which some services send unasked, into one completion. Pure functions. */
final class ChatEvents {
    private static final String DATA = "data:";
    private static final String DONE = "[DONE]";

    private ChatEvents() {}

    /** Returns whether a body is a stream of events: no JSON begins with a field's name or a colon. */
    static boolean areIn(byte[] body) {
        String start = new String(body, 0, Math.min(body.length, 64), StandardCharsets.UTF_8).stripLeading();
        return start.startsWith(DATA) || start.startsWith("event:") || start.startsWith("id:") || start.startsWith(":");
    }

    /**
     * Returns the completion whose pieces the events have.
     *
     * @throws IOException if an event is not JSON, or the stream breaks off
     */
    static JsonNode joined(byte[] body, ObjectMapper json) throws IOException {
        StringBuilder text = new StringBuilder();
        StringBuilder reasoning = new StringBuilder();
        ObjectNode completion = json.createObjectNode();
        ObjectNode choice = completion.putArray("choices").addObject();
        ArrayNode logprobs = choice.putObject("logprobs").putArray("content");
        boolean complete = false;
        for (String line : new String(body, StandardCharsets.UTF_8).lines().toList()) {
            if (!line.startsWith(DATA) || line.substring(DATA.length()).isBlank()) {
                continue;
            }
            String data = line.substring(DATA.length()).strip();
            if (data.equals(DONE)) {
                complete = true;
                break;
            }
            JsonNode event = json.readTree(data);
            if (ChatErrors.in(event).isPresent()) {
                return event;
            }
            JsonNode piece = event.path("choices").path(0);
            JsonNode delta = piece.has("delta") ? piece.path("delta") : piece.path("message");
            text.append(ChatProtocol.text(delta.path("content")));
            reasoning.append(delta.path("reasoning_content").asText(""));
            reasoning.append(delta.path("reasoning").asText(""));
            piece.path("logprobs").path("content").forEach(logprobs::add);
            if (piece.path("finish_reason").isTextual()) {
                choice.set("finish_reason", piece.path("finish_reason"));
                complete = true;
            }
            if (event.path("usage").isObject()) {
                completion.set("usage", event.path("usage"));
            }
        }
        if (!complete) {
            throw new IOException("a stream of events without an end");
        }
        choice.putObject("message").put("content", text.toString()).put("reasoning_content", reasoning.toString());
        return completion;
    }
}
