package dev.latentstream.ingest.sources;

/** What earlier runs of a source delivered. */
@FunctionalInterface
public interface Known {
    /** No earlier runs: every item is read. */
    Known NOTHING = (uri, stamp) -> false;

    /**
     * Returns whether an item was delivered before and its files are the same.
     *
     * @param stamp changes whenever the files of the item change; empty if its URI determines its content
     */
    boolean unchanged(String uri, String stamp);
}
