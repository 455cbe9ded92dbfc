package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.KebabCase;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/** The kinds of dead letters, as a label of a meter: few and known from the start, unlike the classes of errors. */
public enum DeadLetterReason {
    /** The record is not in the format of its topic. */
    UNDECODABLE,
    /** The record can be decoded, but breaks a rule of its topic. */
    INVALID,
    /** The output for the record is larger than its topic accepts. */
    TOO_LARGE,
    /** The processing failed for another reason, perhaps a defect of the stage. */
    FAILED;

    /** The deepest level searched; a chain of causes can be a cycle. */
    private static final int DEEPEST_CAUSE = 16;

    /** Returns the kind of an error. */
    public static DeadLetterReason of(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            if (cause instanceof BadRecordException) {
                return INVALID;
            }
            if (cause instanceof RecordTooLargeException) {
                return TOO_LARGE;
            }
            if (cause instanceof SerializationException) {
                return UNDECODABLE;
            }
        }
        return FAILED;
    }

    /** Registers a stage's counters at 0, so that a rate over time shows the first dead letter. */
    public static void register(Meters meters, String stage) {
        for (DeadLetterReason reason : values()) {
            meters.add(Meter.DLQ, 0, stage, reason.label());
        }
    }

    /** The value of the label. */
    public String label() {
        return KebabCase.of(this);
    }
}
