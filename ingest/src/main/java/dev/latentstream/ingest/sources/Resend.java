package dev.latentstream.ingest.sources;

/** What a source sends of the images that an earlier run sent. */
public enum Resend {
    /** Those whose bytes, texts or attributes changed. */
    CHANGED,
    /** All of them. */
    ALL
}
