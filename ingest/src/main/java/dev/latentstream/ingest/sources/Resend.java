package dev.latentstream.ingest.sources;

/** The choice of images that an earlier run sent and this one sends again. */
public enum Resend {
    /** Those whose bytes, texts or attributes changed. */
    CHANGED,
    /** All of them. */
    ALL
}
