package dev.latentstream.runtime.batch;

/** What becomes of the records of a batch that cannot be decoded or fail alone. */
public enum FailedRecords {
    /** They are written to the dead-letter topic of their topic. */
    DEAD_LETTERS,
    /** They are passed over, with a warning: for a second reader of a topic, whose first one sets them aside. */
    LEFT_OUT
}
