package dev.latentstream.captioning;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Errors of chat services: those that come with status 200, and the setting that one asks for. Pure functions. */
final class ChatErrors {
    /** The codes of services that are words. */
    private static final List<Cause> CAUSES = List.of(
            new Cause(
                    "rate.?limit|too.?many|overload|capacity|busy|quota|exhausted|timeout|timed.?out|unavailable", 429),
            new Cause("auth|api.?key|permission|forbidden|denied|credential|billing", 401),
            new Cause("not.?found|no.?such|unknown.?model|does.?not.?exist", 404),
            new Cause("invalid|bad.?request|unsupported|unprocessable|too.?(?:long|large)|validation", 400));

    /** Unknown errors are taken for failures of the service: retried, and in the end the service is tried by other means. */
    private static final int UNKNOWN = 500;

    private static final List<Advice> ADVICE = List.of(
            new Advice("(?i)\\btop_?logprobs\\b|\\blogprobs?\\b", "set captioning.chat.sampling.logprobs: false"),
            new Advice("(?i)\\bseed\\b", "set captioning.chat.sampling.omit: [seed]"),
            new Advice("(?i)\\btemperature\\b", "set captioning.chat.sampling.omit: [temperature]"),
            new Advice("(?i)\\btop[_-]?p\\b", "set captioning.chat.sampling.omit: [top-p]"),
            new Advice(
                    "(?i)context (?:length|window|size)|maximum context|max_model_len|too many tokens",
                    "lower captioning.chat.sampling.max-tokens, or raise the context length of the service"),
            new Advice(
                    "(?i)\\bmax_(?:completion_|output_|new_)?tokens\\b",
                    "set captioning.chat.sampling.max-tokens-field to the name that the service expects"),
            new Advice(
                    "(?i)\\bimage|multi-?modal|vision\\b|content.{0,40}(?:string|str)\\b",
                    "captioning.chat.model must be a model that takes images"));

    /** A pattern of a code or type, and the status that it stands for. */
    private record Cause(Pattern words, int status) {
        Cause(String words, int status) {
            this(Pattern.compile(words), status);
        }
    }

    /** A pattern of an error's text, and what to change in the settings. */
    private record Advice(Pattern text, String change) {
        Advice(String text, String change) {
            this(Pattern.compile(text), change);
        }
    }

    private ChatErrors() {}

    /** Returns the reply that the error in a body stands for, whatever status it came with; empty if there is none. */
    static Optional<ChatReply> in(JsonNode body) {
        JsonNode inChoice = body.path("choices").path(0).path("error");
        return Stream.of(body.path("error"), body.path("errors").path(0), inChoice, ofObject(body))
                .filter(ChatErrors::isError)
                .findFirst()
                .map(error -> reply(error, body));
    }

    /** Returns the setting to change for an error of the service, if its text names what it refuses. */
    static Optional<String> advice(String text) {
        return ADVICE.stream()
                .filter(advice -> advice.text().matcher(text).find())
                .map(Advice::change)
                .findFirst();
    }

    /** {@code {"object": "error", "message": ..., "code": ...}}, and the same without {@code object}. */
    private static JsonNode ofObject(JsonNode body) {
        boolean isError = body.path("object").asText("").equals("error")
                || (!body.has("choices") && (body.path("message").isTextual() || body.has("detail")));
        return isError ? body : body.path("error");
    }

    private static boolean isError(JsonNode error) {
        return error.isTextual() ? !error.textValue().isBlank() : error.isObject() && !error.isEmpty();
    }

    private static ChatReply reply(JsonNode error, JsonNode body) {
        String message = Stream.of(error.path("message"), error.path("detail"), error)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst()
                .orElseGet(error::toString);
        int status = status(error, body, message);
        return ChatReply.failure(
                ChatReply.kind(status), "an error within HTTP 200, taken for %d: %s".formatted(status, message));
    }

    private static int status(JsonNode error, JsonNode body, String message) {
        List<JsonNode> codes = Stream.of("code", "status", "status_code")
                .flatMap(name -> Stream.of(error.path(name), body.path(name)))
                .toList();
        for (JsonNode code : codes) {
            int number = code.asInt(0);
            int status =
                    number >= 10_000 && number < 60_000 ? number / 100 : number; // FastChat's 40001 is a kind of 400
            if (status >= 400 && status < 600) {
                return status;
            }
        }
        Stream<String> words = Stream.concat(codes.stream(), Stream.of(error.path("type"), body.path("error_type")))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
        return Stream.concat(words, Stream.of(message))
                .map(text -> text.toLowerCase(Locale.ROOT))
                .flatMap(text -> CAUSES.stream()
                        .filter(cause -> cause.words().matcher(text).find()))
                .map(Cause::status)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
