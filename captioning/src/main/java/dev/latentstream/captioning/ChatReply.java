package dev.latentstream.captioning;

import java.time.Duration;

/**
 * What a chat service did with a request.
 *
 * @param body the answer; empty for all other kinds
 * @param what for a person: status and the beginning of the body, or the error
 * @param retryAfter how long the service asks to be left alone; zero if it does not
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record ChatReply(Kind kind, byte[] body, String what, Duration retryAfter) {
    private static final byte[] NOTHING = new byte[0];

    /** What a reply means for what is asked next. */
    enum Kind {
        /** An answer, of whatever content. */
        ANSWER,
        /** This one request is not to the service's liking. */
        REFUSED,
        /** An answer of more bytes than the cap. */
        TOO_LONG,
        /** Busy, broken or out of reach: worth another try. */
        UNAVAILABLE,
        /** Nothing that is asked like this will be answered: a wrong key, address or model. */
        DENIED
    }

    static ChatReply answer(byte[] body) {
        return new ChatReply(Kind.ANSWER, body, "", Duration.ZERO);
    }

    static ChatReply failure(Kind kind, String what) {
        return failure(kind, what, Duration.ZERO);
    }

    static ChatReply failure(Kind kind, String what, Duration retryAfter) {
        return new ChatReply(kind, NOTHING, what, retryAfter);
    }

    /** As the service documents use HTTP's statuses: 409 is a conflict that passes, 425 and 429 ask for patience. */
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
