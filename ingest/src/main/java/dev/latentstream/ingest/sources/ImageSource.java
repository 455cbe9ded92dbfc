package dev.latentstream.ingest.sources;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Delivers images, in the same order each time it is opened. For one thread. */
public interface ImageSource extends AutoCloseable {
    /** Lower-case letters, digits and hyphens: latents go to the topic {@code latents-<name>}. */
    String name();

    /** How many items there are in all, where that is known. */
    OptionalLong total();

    /**
     * The next item; empty at the end.
     *
     * @param done tells which URIs need not be read again; they are delivered as {@link SourceItem.Done}
     * @throws IOException where the source as a whole cannot be read on
     */
    Optional<SourceItem> next(Predicate<String> done) throws IOException;

    @Override
    void close() throws IOException;
}
