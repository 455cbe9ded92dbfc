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
        /** Busy, broken or unreachable: the request is retried. */
        UNAVAILABLE,
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

    /** Classifies a status as the services document it: 409 is a transient conflict, 425 and 429 ask to retry later. */
    static Kind kind(int status) {
        return switch (status) {
            case 400, 415, 422 -> Kind.REFUSED;
            case 413 -> Kind.TOO_LARGE;
            case 408, 409, 425, 429 -> Kind.UNAVAILABLE;
            default -> {
                if (status >= 200 && status < 300) {
                    yield Kind.ANSWER;
                }
                yield status >= 500 ? Kind.UNAVAILABLE : Kind.DENIED;
            }
        };
    }
}
