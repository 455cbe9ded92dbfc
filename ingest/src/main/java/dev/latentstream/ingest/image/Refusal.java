package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * Why an image goes no further.
 *
 * @param reason the rule that it broke
 * @param value what was measured
 * @param bound what the rule asks for
 * @param detail one sentence for a person
 */
public record Refusal(
        RejectionReason reason,
        @Nullable String value,
        @Nullable String bound,
        String detail) {
    /** A number above its bound. */
    public static Refusal above(RejectionReason reason, String what, Number value, Number bound) {
        return new Refusal(reason, "" + value, "" + bound, "%s %s is above %s".formatted(what, value, bound));
    }

    /** A number below its bound. */
    public static Refusal below(RejectionReason reason, String what, Number value, Number bound) {
        return new Refusal(reason, "" + value, "" + bound, "%s %s is below %s".formatted(what, value, bound));
    }

    /** Bytes that no picture comes out of. */
    static Refusal undecodable(String value, String bound, String detail) {
        return new Refusal(RejectionReason.UNDECODABLE, value, bound, detail);
    }
}
