package dev.latentstream.captioning;

import java.time.Duration;
import java.util.Optional;

/**
 * The reply of a chat service to a request.
 *
 * @param answer the answer; empty for all other kinds
 * @param detail for the operator: status and start of the body, or the error
 * @param retryAfter the pause that the service asks for; zero for none
 */
record ChatReply(Kind kind, Optional<ChatAnswer> answer, String detail, Duration retryAfter) {
    /** The kind of reply, which determines the next step. */
    enum Kind {
        /** A chat completion with any content. */
        ANSWER,
        /** The service refuses this request. */
        REFUSED,
        /** The request, which is an image for the most part, is larger than the service takes: a smaller image is sent. */
        TOO_LARGE,
        /** An answer larger than the limit. */
        TOO_LONG,
        /** An answer that is not a chat completion: the request is retried. */
        UNREADABLE,
        /** A failure that the request may have caused: the request is retried, {@code attempts} times at most. */
        UNAVAILABLE,
        /** Unreachable, starting or busy, whatever the request: it is retried until {@code give-up-after}. */
        OUTAGE,
        /** No request will be answered: a wrong key, address or model. */
        DENIED
    }

    static ChatReply answer(ChatAnswer answer) {
        return new ChatReply(Kind.ANSWER, Optional.of(answer), "", Duration.ZERO);
    }

    static ChatReply failure(Kind kind, String detail) {
        return new ChatReply(kind, Optional.empty(), detail, Duration.ZERO);
    }

    ChatReply withRetryAfter(Duration pause) {
        return new ChatReply(kind, answer, detail, pause);
    }

    /**
     * Classifies a status as the services document it: 409 is a transient conflict, 425 and 429 ask to retry later. Servers that load a
     * model answer 503, and proxies before one that is away 502.
     */
    static Kind kind(int status) {
        return switch (status) {
            case 400, 415, 422 -> Kind.REFUSED;
            case 413 -> Kind.TOO_LARGE;
            case 429, 502, 503 -> Kind.OUTAGE;
            case 408, 409, 425 -> Kind.UNAVAILABLE;
            default -> {
                if (status >= 200 && status < 300) {
                    yield Kind.ANSWER;
                }
                yield status >= 500 ? Kind.UNAVAILABLE : Kind.DENIED;
            }
        };
    }
}
