package dev.latentstream.ingest.sources;

import java.util.Map;
import java.util.Optional;

/** What a source found at one place. */
public sealed interface SourceItem {
    /** Where it was found. */
    String uri();

    /**
     * An image, in whatever state.
     *
     * @param image its bytes; handed over, not to be changed
     * @param altText the text beside it
     * @param attributes whatever else the source knows of it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Found(String uri, byte[] image, Optional<String> altText, Map<String, String> attributes)
            implements SourceItem {
        public Found {
            attributes = Map.copyOf(attributes);
        }
    }

    /**
     * An image of more bytes than a record may hold.
     *
     * @param imageId SHA-256 of its bytes, which were read but not kept
     */
    record TooLarge(String uri, String imageId, long bytes, long bound) implements SourceItem {}

    /** Something that should be an image and could not be read. */
    record Unreadable(String uri, String reason) implements SourceItem {}

    /** Something that is no image, for example a spreadsheet. */
    record Other(String uri) implements SourceItem {}

    /** What was delivered in an earlier run. */
    record Done(String uri) implements SourceItem {}
}
