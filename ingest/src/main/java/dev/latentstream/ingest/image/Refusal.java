package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;
import org.jspecify.annotations.Nullable;

/**
 * The reason why an image is refused.
 *
 * @param reason the violated rule
 * @param value the measured value
 * @param bound the bound of the rule
 * @param detail a sentence for the operator
 */
public record Refusal(
        RejectionReason reason,
        @Nullable String value,
        @Nullable String bound,
        String detail) {
    /** Refuses a number above its bound. */
    public static Refusal above(RejectionReason reason, String what, Number value, Number bound) {
        return new Refusal(reason, "" + value, "" + bound, "%s %s is above %s".formatted(what, value, bound));
    }

    /** Refuses a number below its bound. */
    public static Refusal below(RejectionReason reason, String what, Number value, Number bound) {
        return new Refusal(reason, "" + value, "" + bound, "%s %s is below %s".formatted(what, value, bound));
    }

    /** Refuses bytes that cannot be decoded. */
    static Refusal undecodable(String value, String bound, String detail) {
        return new Refusal(RejectionReason.UNDECODABLE, value, bound, detail);
    }
}
