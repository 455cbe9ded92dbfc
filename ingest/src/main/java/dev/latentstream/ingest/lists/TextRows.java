package dev.latentstream.ingest.lists;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Numbers the records of a text file, and makes rows of them. */
final class TextRows implements Closeable {
    /** Maximum size of a row: a text has 32,768 characters at most, and there may be several. */
    static final int MAX_ROW_BYTES = 1 << 20;

    private final Records records;
    private long number;

    /** Reads one record. */
    interface RowReader {
        ListRow read(byte[] record, long number) throws IOException;
    }

    TextRows(Records records) {
        this.records = records;
    }

    Optional<ListRow> next(RowReader reader) throws IOException {
        Optional<Records.Piece> piece = records.next();
        if (piece.isEmpty()) {
            return Optional.empty();
        }
        number++;
        if (piece.get() instanceof Records.Piece.TooLong longer) {
            return Optional.of(new ListRow.Bad(
                    number,
                    RowCells.refusal(
                            Long.toString(longer.bytes()),
                            Integer.toString(MAX_ROW_BYTES),
                            "row %d has %d bytes, which are more than %d"
                                    .formatted(number, longer.bytes(), MAX_ROW_BYTES))));
        }
        if (piece.get() instanceof Records.Piece.Whole whole) {
            return Optional.of(reader.read(whole.bytes(), number));
        }
        return Optional.of(bad(
                number,
                null,
                "a quoted field has no end within %d bytes; the next line is read as a row".formatted(MAX_ROW_BYTES)));
    }

    static ListRow bad(long number, @Nullable String value, String detail) {
        return new ListRow.Bad(number, RowCells.refusal(value, null, "row %d: %s".formatted(number, detail)));
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
