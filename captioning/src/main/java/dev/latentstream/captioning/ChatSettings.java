package dev.latentstream.captioning;

import dev.latentstream.runtime.settings.Checks;
import java.net.URI;
import java.time.Duration;

/**
 * A service that speaks the OpenAI chat protocol with images.
 *
 * @param baseUrl what stands before {@code /chat/completions}, for example {@code http://127.0.0.1:8000/v1}
 * @param model the service's name for the model
 * @param apiKey sent as bearer token; empty for none. Name a variable of the environment: {@code ${OPENAI_API_KEY}}
 * @param concurrency most requests under way at a time
 * @param maxAnswerBytes longer answers are refused unread
 */
public record ChatSettings(
        URI baseUrl,
        String model,
        String apiKey,
        int concurrency,
        long maxAnswerBytes,
        Sampling sampling,
        Patience patience,
        Limits limits) {
    /** The defaults: a server on this machine; which model has no default. */
    public ChatSettings() {
        this(URI.create("http://127.0.0.1:8000/v1"), "", "", 8, 1 << 20, new Sampling(), new Patience(), new Limits());
    }

    public ChatSettings {
        Checks.between("concurrency", concurrency, 1, 1024);
        Checks.between("max-answer-bytes", maxAnswerBytes, 1024, 1 << 30);
        if (!("http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme())) || baseUrl.getHost() == null) {
            throw new IllegalArgumentException("base-url %s is no http or https address".formatted(baseUrl));
        }
    }

    /**
     * How the model draws its words.
     *
     * @param temperature 0 takes the likeliest word
     * @param topP probability mass of the words to draw from
     * @param maxTokens a caption that has not ended by then is refused
     * @param maxTokensField name of that bound in the protocol: {@code max_tokens}, or {@code max_completion_tokens} for newer models
     * @param logprobs whether to ask for token probabilities, which give captions their confidence
     */
    public record Sampling(double temperature, double topP, int maxTokens, String maxTokensField, boolean logprobs) {
        /** The defaults. */
        public Sampling() {
            this(0.7, 0.9, 300, "max_tokens", true);
        }

        public Sampling {
            Checks.between("temperature", temperature, 0, 2);
            Checks.between("top-p", topP, 0, 1);
            Checks.between("max-tokens", maxTokens, 1, 100_000);
            Checks.nonBlank("max-tokens-field", maxTokensField);
        }
    }

    /**
     * How long to put up with a service that does not answer.
     *
     * @param connect until a connection stands
     * @param answer until the whole answer is there
     * @param attempts tries of one request, the first among them
     * @param backOff pause after the first failure; doubles with each further one
     * @param longestBackOff bound of the pause
     * @param giveUpAfter no try is begun later than this; a longer {@code Retry-After} ends the tries at once
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
     * What may be asked; 0 is no bound. Each try counts as a request.
     *
     * @param requestsPerMinute requests in any 60 seconds; more wait
     * @param tokensPerMinute tokens in any 60 seconds, as the service counts them; overshot by at most the requests under way
     * @param requests requests of this run
     * @param tokens tokens of this run
     * @param whenSpent what happens at the end of the run's budget
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

    /** What happens when the run's budget is spent. */
    public enum WhenSpent {
        /** The stage stops with an error and its records stay where they are; a new run has a new budget. */
        STOP,
        /** Images go on with their alt text alone; those without are rejected. */
        ALT_TEXT
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ChatSettings[baseUrl=%s, model=%s, apiKey=%s, concurrency=%d, maxAnswerBytes=%d, %s, %s, %s]"
                .formatted(
                        baseUrl,
                        model,
                        apiKey.isEmpty() ? "none" : "hidden",
                        concurrency,
                        maxAnswerBytes,
                        sampling,
                        patience,
                        limits);
    }
}
