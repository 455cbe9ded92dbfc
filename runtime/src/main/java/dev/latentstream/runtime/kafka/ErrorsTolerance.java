package dev.latentstream.runtime.kafka;

/** The records that a stage may set aside as dead letters, named as Kafka Connect's {@code errors.tolerance}. */
public enum ErrorsTolerance {
    /** None: the stage stops at the first record that fails, before it commits it. */
    NONE,
    /** Those at fault themselves, however many there are; too many other failures of one kind in a row stop the stage. */
    DATA,
    /** Every record that fails. */
    ALL
}
