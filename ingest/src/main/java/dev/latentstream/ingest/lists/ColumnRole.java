package dev.latentstream.ingest.lists;

import dev.latentstream.ingest.fetch.ContentHash;

/** The role of a column. Of several columns of URLs or images that have a value, the one of the lowest rank counts. */
sealed interface ColumnRole {
    /** The URL of the image. */
    record Url(int rank) implements ColumnRole {}

    /** The image itself. */
    record Bytes(int rank) implements ColumnRole {}

    /** A text of the image. */
    record Text(int rank) implements ColumnRole {}

    /** A hash of the file. */
    record Hash(ContentHash.Kind kind) implements ColumnRole {}

    /** An attribute. */
    record Attribute(String name) implements ColumnRole {}
}
