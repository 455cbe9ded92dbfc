package dev.latentstream.ingest.sources;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** A source of images that delivers them in the same order each time it is opened. Not thread-safe. */
public interface ImageSource extends AutoCloseable {
    /** Returns the name, valid by {@link dev.latentstream.schemas.SourceNames}: latents go to the topic {@code latents-<name>}. */
    String name();

    /** Returns the number of all items but {@link SourceItem.DroppedText}s, if it is known. */
    OptionalLong total();

    /** Returns what is read, for people, for example {@code folder /data/photos}. */
    default String origin() {
        return name();
    }

    /** Returns the same source from its beginning, once this one is closed; empty if it can be read only once. */
    default Optional<ImageSource> again() throws IOException {
        return Optional.empty();
    }

    /**
     * Returns whether each item is remembered by its URI. A source that is not delivers a {@link SourceItem.Position} after each item and
     * continues there.
     */
    default boolean isItemised() {
        return true;
    }

    /** Returns whether it asks for {@link Known#version}, which takes memory. */
    default boolean asksForVersions() {
        return false;
    }

    /**
     * Returns the next item; empty at the end.
     *
     * @param known items that need not be read again; they are delivered as {@link SourceItem.Done}
     * @throws IOException if the source as a whole cannot be read any further
     */
    Optional<SourceItem> next(Known known) throws IOException;

    @Override
    void close() throws IOException;
}
