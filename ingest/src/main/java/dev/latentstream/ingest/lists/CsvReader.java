package dev.latentstream.ingest.lists;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.latentstream.schemas.StrictUtf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads separated values in UTF-8, with quotes as RFC 4180 has them. The first record names the columns, unless names are given. */
final class CsvReader implements ListReader {
    private static final int MAX_COLUMNS = 10_000;

    private final TextRows rows;
    private final ObjectReader parser;
    private final List<List<ColumnRole>> roles;
    private final List<String> names;

    private CsvReader(TextRows rows, ObjectReader parser, List<String> names, ColumnRoles roles) {
        this.rows = rows;
        this.parser = parser;
        this.names = names;
        this.roles = names.stream().map(roles::of).toList();
    }

    /**
     * Reads the names of the columns.
     *
     * @param given names of the columns, if the file does not start with them
     * @throws IOException if they cannot be read, or none may have URLs
     */
    static CsvReader open(InputStream in, char separator, List<String> given, ColumnRoles roles) throws IOException {
        Records records = Records.quoted(in, TextRows.MAX_ROW_BYTES, separator);
        ObjectReader parser = new CsvMapper()
                .readerFor(String[].class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator));
        List<String> names = given.isEmpty() ? header(records, parser) : given;
        if (names.size() > MAX_COLUMNS) {
            throw new IOException("%d columns are more than %d".formatted(names.size(), MAX_COLUMNS));
        }
        if (names.stream().flatMap(name -> roles.of(name).stream()).noneMatch(ColumnRole.Url.class::isInstance)) {
            throw new IOException("no column is named %s; the columns are %s"
                    .formatted(String.join(" or ", roles.urls()), Shown.names(names)));
        }
        return new CsvReader(new TextRows(records), parser, names, roles);
    }

    private static List<String> header(Records records, ObjectReader parser) throws IOException {
        Optional<Records.Piece> first = records.next();
        if (first.isPresent() && first.get() instanceof Records.Piece.Whole whole) {
            try {
                return Stream.of(fields(parser, whole.bytes()))
                        .map(name -> name.replace("\ufeff", "").strip())
                        .toList();
            } catch (CharacterCodingException otherEncoding) {
                throw new IOException("the first row, which names the columns, is not in UTF-8", otherEncoding);
            }
        }
        throw new IOException(
                first.isEmpty()
                        ? "the file is empty"
                        : "the first row, which names the columns, has more than %d bytes"
                                .formatted(TextRows.MAX_ROW_BYTES));
    }

    @Override
    public Optional<ListRow> next() throws IOException {
        return rows.next(this::row);
    }

    private ListRow row(byte[] record, long number) throws IOException {
        String[] fields;
        try {
            fields = fields(parser, record);
        } catch (JsonProcessingException broken) {
            return TextRows.bad(number, null, "not readable: " + broken.getOriginalMessage());
        } catch (CharacterCodingException otherEncoding) {
            return TextRows.bad(number, null, "not in UTF-8");
        }
        if (fields.length > names.size()) {
            return new ListRow.Bad(
                    number,
                    RowCells.refusal(
                            Integer.toString(fields.length),
                            Integer.toString(names.size()),
                            "row %d has %d fields for %d columns".formatted(number, fields.length, names.size())));
        }
        RowCells cells = new RowCells(number, 0);
        for (int i = 0; i < fields.length; i++) {
            for (ColumnRole role : roles.get(i)) {
                cells.text(role, names.get(i), fields[i]);
            }
        }
        return cells.build();
    }

    private static String[] fields(ObjectReader parser, byte[] record) throws IOException {
        return parser.readValue(StrictUtf8.decode(record));
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
