package dev.latentstream.ingest.lists;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads lists to their ends. */
final class Lists {
    static final int MAX_IMAGE_BYTES = 1000;

    private Lists() {}

    static List<ListRow> rows(ListFormat format, Path file, ListColumns columns) throws IOException {
        List<ListRow> rows = new ArrayList<>();
        try (ListReader reader = format.open(file, columns, MAX_IMAGE_BYTES)) {
            for (Optional<ListRow> row = reader.next(); row.isPresent(); row = reader.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }

    static List<ListRow> rows(ListFormat format, Path folder, String contents) throws IOException {
        return rows(format, folder, contents, ListColumns.BY_NAME);
    }

    static List<ListRow> rows(ListFormat format, Path folder, String contents, ListColumns columns) throws IOException {
        Path file = folder.resolve("list");
        Files.writeString(file, contents, StandardCharsets.UTF_8);
        return rows(format, file, columns);
    }

    static ListRow.Link link(ListRow row) {
        return (ListRow.Link) row;
    }

    static String detail(ListRow row) {
        return ((ListRow.Bad) row).refusal().detail();
    }
}
