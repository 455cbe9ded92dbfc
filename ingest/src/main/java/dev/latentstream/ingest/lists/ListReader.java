package dev.latentstream.ingest.lists;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads the rows of one file in order. Not thread-safe. */
public interface ListReader extends Closeable {
    /**
     * Returns the next row; empty at the end.
     *
     * @throws IOException if the file cannot be read any further
     */
    Optional<ListRow> next() throws IOException;
}
