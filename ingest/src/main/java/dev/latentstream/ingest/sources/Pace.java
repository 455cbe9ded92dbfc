package dev.latentstream.ingest.sources;

/** Holds a source back, so that an endless one does not fill the disk. */
@FunctionalInterface
public interface Pace {
    /** Never waits. */
    Pace FREE = sent -> {};

    /** Returns when the next image may be sent. */
    void await(long sent) throws InterruptedException;
}
