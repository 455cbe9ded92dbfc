package dev.latentstream.ingest.sources.urls;

import dev.latentstream.ingest.lists.ListReader;
import dev.latentstream.ingest.lists.ListRow;
import dev.latentstream.ingest.sources.SourceItem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the files of a list, one after the other. A file that cannot be opened or read any further is reported, and the next one is read. */
final class ListRows {
    private final ListFiles files;
    private final int maxImageBytes;
    private final Queue<Path> left;
    private final SeenUrls seen = new SeenUrls();
    private @Nullable Path file;
    private @Nullable ListReader reader;

    ListRows(ListFiles files, int maxImageBytes) {
        this.files = files;
        this.maxImageBytes = maxImageBytes;
        this.left = new ArrayDeque<>(files.files());
    }

    OptionalLong total() {
        long total = 0;
        for (Path each : files.files()) {
            OptionalLong rows = files.format().rows(each);
            if (rows.isEmpty()) {
                return OptionalLong.empty();
            }
            total += rows.getAsLong();
        }
        return OptionalLong.of(total);
    }

    /**
     * Returns the next row; empty at the end, or after a report.
     *
     * @param reports receives the files that cannot be read
     */
    Optional<RowItems> next(Consumer<SourceItem> reports) {
        while (true) {
            if (reader == null) {
                file = left.poll();
                if (file == null) {
                    return Optional.empty();
                }
                reader = open(file, reports);
                if (reader == null) {
                    return Optional.empty();
                }
            }
            Optional<ListRow> row = read(reader, reports);
            if (row.isPresent()) {
                return row.map(found -> items(Objects.requireNonNull(file), found));
            }
            close();
        }
    }

    private RowItems items(Path from, ListRow row) {
        return new RowItems(from, row, row instanceof ListRow.Link link && seen.add(link.url()));
    }

    private @Nullable ListReader open(Path path, Consumer<SourceItem> reports) {
        try {
            return files.format().open(path, files.columns(), maxImageBytes);
        } catch (IOException unreadable) {
            reports.accept(new SourceItem.Unreadable(
                    path.toUri().toString(), "the list cannot be read: %s".formatted(unreadable.getMessage())));
            return null;
        }
    }

    private Optional<ListRow> read(ListReader from, Consumer<SourceItem> reports) {
        try {
            return from.next();
        } catch (IOException broken) {
            reports.accept(new SourceItem.Unreadable(
                    Objects.requireNonNull(file).toUri().toString(),
                    "the list cannot be read any further: %s".formatted(broken.getMessage())));
            return Optional.empty();
        }
    }

    void close() {
        if (reader != null) {
            try {
                reader.close();
            } catch (IOException ignored) { // nothing was written
                // the rows are read already
            }
            reader = null;
        }
    }
}
