package dev.latentstream.captioning;

import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings of a service that offers the OpenAI chat protocol with image input.
 *
 * @param baseUrl prefix of {@code /chat/completions}, for example {@code http://127.0.0.1:8000/v1}
 * @param model the service's name for the model
 * @param apiKey sent as bearer token; empty for none. Use an environment variable: {@code ${OPENAI_API_KEY}}
 * @param concurrency maximum concurrent requests
 * @param maxAnswerBytes larger answers are refused without parsing
 */
record ChatSettings(
        URI baseUrl,
        String model,
        Secret apiKey,
        int concurrency,
        long maxAnswerBytes,
        Sampling sampling,
        Patience patience,
        Limits limits) {
    /** The characters that a header may contain: visible ASCII. */
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]*");

    /** The defaults: a server on this machine; the model has no default. */
    public ChatSettings() {
        this(
                URI.create("http://127.0.0.1:8000/v1"),
                "",
                Secret.NONE,
                8,
                1 << 20,
                new Sampling(),
                new Patience(),
                new Limits());
    }

    public ChatSettings {
        Checks.between("concurrency", concurrency, 1, 1024);
        Checks.between("max-answer-bytes", maxAnswerBytes, 1024, 1 << 30);
        if (!("http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme())) || baseUrl.getHost() == null) {
            throw new IllegalArgumentException("base-url %s is not an http or https address".formatted(baseUrl));
        }
        if (baseUrl.getRawUserInfo() != null || baseUrl.getRawQuery() != null || baseUrl.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "base-url has a user, a query or a fragment, which would not be sent; a key belongs into api-key");
        }
        if (!HEADER_VALUE.matcher(apiKey.reveal()).matches()) {
            throw new IllegalArgumentException(
                    "api-key has a blank or a character beyond ASCII; its value is not shown");
        }
    }

    /**
     * Sampling of the model.
     *
     * @param temperature sampling temperature; 0 is greedy
     * @param topP probability mass for nucleus sampling
     * @param maxTokens maximum tokens of a caption; an unfinished one is refused
     * @param maxTokensField the protocol's name of that limit: {@code max_tokens}, or {@code max_completion_tokens} for newer models
     * @param logprobs whether to request token probabilities, from which the confidence of captions is computed
     * @param omit parameters that the service refuses, which are not sent
     * @param extra further fields of a request, as a JSON object; empty for none
     */
    public record Sampling(
            double temperature,
            double topP,
            int maxTokens,
            String maxTokensField,
            boolean logprobs,
            List<Parameter> omit,
            String extra) {
        /** The defaults. */
        public Sampling() {
            this(0.7, 0.9, 300, "max_tokens", true, List.of(), "");
        }

        public Sampling {
            Checks.between("temperature", temperature, 0, 2);
            Checks.between("top-p", topP, 0, 1);
            Checks.between("max-tokens", maxTokens, 1, 100_000);
            Checks.nonBlank("max-tokens-field", maxTokensField);
            omit = List.copyOf(omit);
            if (!extra.isBlank() && !ChatProtocol.isObject(extra)) {
                throw new IllegalArgumentException("extra is not a JSON object, such as {\"top_k\": 20}");
            }
        }

        boolean sends(Parameter parameter) {
            return !omit.contains(parameter);
        }
    }

    /** A parameter of a request that can be left out. */
    public enum Parameter {
        TEMPERATURE,
        TOP_P,
        SEED
    }

    /**
     * Timeouts and retries.
     *
     * @param connect connection timeout
     * @param answer timeout of a complete answer
     * @param attempts attempts per request, including the first; those do not count that find the service unreachable or busy
     * @param backOff pause after the first failure, doubled after each further one
     * @param longestBackOff maximum pause
     * @param giveUpAfter maximum duration of the attempts of a request, and of an outage of the service; a longer
     *     {@code Retry-After} fails at once
     */
    public record Patience(
            Duration connect,
            Duration answer,
            int attempts,
            Duration backOff,
            Duration longestBackOff,
            Duration giveUpAfter) {
        /** The defaults. */
        public Patience() {
            this(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    6,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5));
        }

        public Patience {
            Checks.positive("connect", connect);
            Checks.positive("answer", answer);
            Checks.between("attempts", attempts, 1, 1000);
            Checks.positive("back-off", backOff);
            requireAbove("longest-back-off", longestBackOff, backOff);
            requireAbove("give-up-after", giveUpAfter, backOff);
        }
    }

    private static void requireAbove(String name, Duration value, Duration backOff) {
        if (value.compareTo(backOff) <= 0) {
            throw new IllegalArgumentException("%s %s is not above back-off %s".formatted(name, value, backOff));
        }
    }

    /**
     * Limits on requests and tokens; 0 is no limit. Each attempt counts as a request.
     *
     * @param requestsPerMinute requests in any 60 seconds; further ones wait
     * @param tokensPerMinute tokens in any 60 seconds, as counted by the service; exceeded by at most the requests in flight
     * @param requests requests of this run
     * @param tokens tokens of this run
     * @param whenSpent the action when the run's budget is spent
     */
    public record Limits(
            long requestsPerMinute, long tokensPerMinute, long requests, long tokens, WhenSpent whenSpent) {
        /** The defaults: no bounds. */
        public Limits() {
            this(0, 0, 0, 0, WhenSpent.STOP);
        }

        public Limits {
            Checks.atLeast("requests-per-minute", requestsPerMinute, 0);
            Checks.atLeast("tokens-per-minute", tokensPerMinute, 0);
            Checks.atLeast("requests", requests, 0);
            Checks.atLeast("tokens", tokens, 0);
        }
    }

    /** The action when the run's budget is spent. */
    public enum WhenSpent {
        /** The stage stops with an error and commits no offsets for the batch; a new run has a new budget. */
        STOP,
        /** Images get their alt text only; those without one are rejected. */
        ALT_TEXT
    }
}
