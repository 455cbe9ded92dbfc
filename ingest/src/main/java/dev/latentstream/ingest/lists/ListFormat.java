package dev.latentstream.ingest.lists;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The formats of lists. */
public sealed interface ListFormat {
    /** Apache Parquet. */
    record Parquet() implements ListFormat {}

    /** An object of JSON in each line. */
    record JsonLines() implements ListFormat {}

    /**
     * Separated values.
     *
     * @param separator between fields
     * @param names of the columns, if the files do not start with them
     */
    record Csv(char separator, List<String> names) implements ListFormat {
        public Csv {
            names = List.copyOf(names);
        }
    }

    /**
     * Opens a file.
     *
     * @param maxImageBytes maximum size of an image in a row
     * @throws IOException if it cannot be read, or no column may have URLs or images
     */
    default ListReader open(Path file, ListColumns columns, int maxImageBytes) throws IOException {
        ColumnRoles roles = new ColumnRoles(columns);
        if (this instanceof Parquet) {
            return ParquetReader.open(file, roles, maxImageBytes);
        }
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            return this instanceof Csv csv
                    ? CsvReader.open(in, csv.separator(), csv.names(), roles)
                    : new JsonLinesReader(in, roles);
        } catch (IOException | RuntimeException unusable) {
            in.close();
            throw unusable;
        }
    }

    /** Returns the number of rows, if a file says it. */
    default OptionalLong rows(Path file) {
        if (!(this instanceof Parquet)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(ParquetReader.rows(file));
        } catch (IOException unreadable) { // reported where it is read
            return OptionalLong.empty();
        }
    }
}
