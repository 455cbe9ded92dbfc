package dev.latentstream.ingest.sources.urls;

import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a list, in order.
 *
 * @param columns which columns are read
 */
public record ListFiles(List<Path> files, ListFormat format, ListColumns columns) {
    public ListFiles {
        files = List.copyOf(files);
    }
}
