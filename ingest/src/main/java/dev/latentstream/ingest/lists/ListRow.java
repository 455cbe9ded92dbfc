package dev.latentstream.ingest.lists;

import dev.latentstream.ingest.fetch.ContentHash;
import dev.latentstream.ingest.image.Refusal;
import java.util.Optional;

/** A row of a list. */
public sealed interface ListRow {
    /** Returns its place in the file, from 1; a header does not count. */
    long number();

    /**
     * A row with the URL of an image.
     *
     * @param hash the hash that the file should have
     */
    record Link(long number, String url, Optional<ContentHash> hash, RowMetadata about) implements ListRow {}

    /**
     * A row with an image.
     *
     * @param image its bytes, owned by the receiver
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Embedded(long number, byte[] image, RowMetadata about) implements ListRow {}

    /** A row with an image that is larger than images may be. */
    record TooLarge(long number, String imageId, long bytes) implements ListRow {}

    /** A row that cannot be used. */
    record Bad(long number, Refusal refusal) implements ListRow {}
}
