package dev.latentstream.captioning;

import java.time.Duration;

/**
 * The reply of a chat service to a request.
 *
 * @param body the answer; empty for all other kinds
 * @param detail for the operator: status and start of the body, or the error
 * @param retryAfter the pause that the service asks for; zero for none
 */
@SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
record ChatReply(Kind kind, byte[] body, String detail, Duration retryAfter) {
    private static final byte[] NOTHING = new byte[0];

    /** The kind of reply, which determines the next step. */
    enum Kind {
        /** An answer with any content. */
        ANSWER,
        /** The service refuses this request. */
        REFUSED,
        /** An answer larger than the limit. */
        TOO_LONG,
        /** Busy, broken or unreachable: the request is retried. */
        UNAVAILABLE,
        /** No request will be answered: a wrong key, address or model. */
        DENIED
    }

    static ChatReply answer(byte[] body) {
        return new ChatReply(Kind.ANSWER, body, "", Duration.ZERO);
    }

    static ChatReply failure(Kind kind, String detail) {
        return failure(kind, detail, Duration.ZERO);
    }

    static ChatReply failure(Kind kind, String detail, Duration retryAfter) {
        return new ChatReply(kind, NOTHING, detail, retryAfter);
    }

    /** Classifies a status as the services document it: 409 is a transient conflict, 425 and 429 ask to retry later. */
    static Kind kind(int status) {
        return switch (status) {
            case 400, 413, 415, 422 -> Kind.REFUSED;
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
