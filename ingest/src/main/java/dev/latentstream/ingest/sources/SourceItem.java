package dev.latentstream.ingest.sources;

import java.util.Map;
import java.util.Optional;

/** One item of a source. */
public sealed interface SourceItem {
    /** Returns where it was found. */
    String uri();

    /**
     * An image, which may still be damaged.
     *
     * @param image its bytes; owned by the receiver, not to be changed
     * @param altText the text that accompanies it
     * @param attributes other metadata from the source
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Found(String uri, byte[] image, Optional<String> altText, Map<String, String> attributes)
            implements SourceItem {
        public Found {
            attributes = Map.copyOf(attributes);
        }
    }

    /**
     * An image larger than the limit for a record.
     *
     * @param imageId image id of its bytes, which were read but not kept
     */
    record TooLarge(String uri, String imageId, long bytes, long bound) implements SourceItem {}

    /** An item that should be an image but cannot be read. */
    record Unreadable(String uri, String reason) implements SourceItem {}

    /** An item that is not an image, for example a spreadsheet. */
    record Other(String uri) implements SourceItem {}

    /** An item that was delivered in an earlier run. */
    record Done(String uri) implements SourceItem {}
}
