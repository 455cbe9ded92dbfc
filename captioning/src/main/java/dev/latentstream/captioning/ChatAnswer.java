package dev.latentstream.captioning;

import dev.latentstream.runtime.settings.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion, as the service gave it.
 *
 * @param text the content; empty for none
 * @param finish the reason for which the model stopped
 * @param refusal what the service gives as its refusal to answer; empty for none
 * @param reasoning characters of reasoning beside the content
 * @param confidence geometric mean of the token probabilities; null if the service does not report them, or not as numbers
 * @param tokens tokens of prompt and completion, as counted by the service; 0 if it does not count
 */
record ChatAnswer(
        String text,
        Finish finish,
        String refusal,
        int reasoning,
        @Nullable Float confidence,
        long tokens) {
    /** The reason for which a model stopped. */
    enum Finish {
        /** The caption is complete. */
        COMPLETE,
        /** The limit of tokens was reached. */
        TOKEN_LIMIT,
        /** A filter removed the answer. */
        FILTERED,
        /** The service failed within the answer. */
        FAILED
    }

    /** Returns the answer with a secret hidden in its texts. */
    ChatAnswer without(Secret key) {
        return new ChatAnswer(key.hiddenIn(text), finish, key.hiddenIn(refusal), reasoning, confidence, tokens);
    }
}
