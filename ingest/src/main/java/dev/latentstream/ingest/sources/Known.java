package dev.latentstream.ingest.sources;

import java.util.Optional;
import java.util.OptionalLong;

/** The deliveries of earlier runs of a source. */
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

    /** Returns what the host of an item called the version that was delivered, if the source asks for it, see {@link ImageSource}. */
    default Optional<String> version(String uri) {
        return Optional.empty();
    }

    /**
     * Returns the place up to which a part of the source was delivered, see {@link SourceItem.Position}; empty if none was, or if the part
     * has changed since.
     */
    default OptionalLong position(String uri, String stamp) {
        return OptionalLong.empty();
    }
}
