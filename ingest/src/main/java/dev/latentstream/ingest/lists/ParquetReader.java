package dev.latentstream.ingest.lists;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Parquet file, one row group after the other, and of it only the columns that have a role. The compressed columns of a row group are
 * in memory, and of each column one page is decompressed.
 */
final class ParquetReader implements ListReader {
    private final ParquetFileReader file;
    private final List<ParquetColumn> columns;
    private final MessageType read;
    private final long fileBytes;
    private final int maxImageBytes;
    private final List<BlockMetaData> groups;
    private int nextGroup;
    private long firstRow = 1; // of the next group
    private long row; // the next one to read
    private long end; // of the open group
    private @Nullable PageReadStore pages;
    private List<ParquetColumn.Cursor> cursors = List.of();

    private ParquetReader(
            ParquetFileReader file, List<ParquetColumn> columns, MessageType read, long fileBytes, int maxImageBytes) {
        this.file = file;
        this.columns = columns;
        this.read = read;
        this.fileBytes = fileBytes;
        this.maxImageBytes = maxImageBytes;
        this.groups = file.getRowGroups();
    }

    /**
     * Reads the footer.
     *
     * @throws IOException if it cannot be read, or no column may have URLs or images
     */
    static ParquetReader open(Path path, ColumnRoles roles, int maxImageBytes) throws IOException {
        long bytes = ParquetBounds.checkFooter(path);
        ParquetFileReader file = file(path);
        try {
            MessageType schema = file.getFileMetaData().getSchema();
            List<ParquetColumn> columns = ParquetColumn.of(schema, roles);
            MessageType read = new MessageType(
                    schema.getName(),
                    schema.getFields().stream()
                            .filter(field -> columns.stream().anyMatch(column -> column.isIn(field)))
                            .toList());
            file.setRequestedSchema(read);
            return new ParquetReader(file, columns, read, bytes, maxImageBytes);
        } catch (IOException | RuntimeException unusable) {
            file.close();
            throw unusable;
        }
    }

    /** Returns the number of rows of a file, by its footer. */
    static long rows(Path path) throws IOException {
        long unused = ParquetBounds.checkFooter(path);
        try (ParquetFileReader file = file(path)) {
            return file.getRecordCount();
        }
    }

    private static ParquetFileReader file(Path path) throws IOException {
        return ParquetBounds.guarded(
                "the footer",
                () -> ParquetFileReader.open(
                        new LocalInputFile(path),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .withAllocator(new HeapByteBufferAllocator())
                                .withCodecFactory(new BoundedCodecs(ParquetBounds.maxPageBytes()))
                                .build()));
    }

    @Override
    public Optional<ListRow> next() throws IOException {
        while (row == end) {
            if (nextGroup == groups.size()) {
                return Optional.empty();
            }
            Optional<ListRow> failure = openGroup();
            if (failure.isPresent()) {
                return failure;
            }
        }
        RowCells cells = new RowCells(row, maxImageBytes);
        try {
            ParquetBounds.guarded("the page", () -> {
                cursors.forEach(cursor -> cursor.read(cells));
                return cells;
            });
        } catch (IOException damaged) {
            return Optional.of(lost(row, damaged));
        }
        row++;
        if (row == end) {
            closeGroup();
        }
        return Optional.of(cells.build());
    }

    /** Opens the next row group; returns a row that says so if it cannot be read. */
    private Optional<ListRow> openGroup() {
        BlockMetaData group = groups.get(nextGroup);
        row = firstRow;
        end = firstRow + Math.max(0, group.getRowCount());
        firstRow = end;
        nextGroup++;
        if (row == end) { // the library refuses to read it
            return Optional.empty();
        }
        try {
            if (group.getColumns().stream().anyMatch(ColumnChunkMetaData::isEncrypted)) {
                throw new IOException("the row group has encrypted columns"); // even their places are unknown
            }
            long bytes = 0;
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                if (read.containsPath(chunk.getPath().toArray())) {
                    bytes += checked(chunk);
                }
            }
            ParquetBounds.checkGroup(bytes);
            int index = nextGroup - 1;
            PageReadStore opened = ParquetBounds.guarded("the row group", () -> file.readRowGroup(index));
            pages = opened;
            cursors = ParquetBounds.guarded(
                    "the row group",
                    () -> ParquetColumn.cursors(
                            columns, opened, read, file.getFileMetaData().getCreatedBy()));
            return Optional.empty();
        } catch (IOException damaged) {
            return Optional.of(lost(row, damaged));
        }
    }

    private long checked(ColumnChunkMetaData chunk) throws IOException {
        long bytes = chunk.getTotalSize();
        if (bytes < 0 || chunk.getStartingPos() < 0 || chunk.getStartingPos() > fileBytes - bytes) {
            throw new IOException("column %s has %d bytes at %d of a file of %d bytes"
                    .formatted(chunk.getPath().toDotString(), bytes, chunk.getStartingPos(), fileBytes));
        }
        return bytes;
    }

    /** Gives up the rest of the open row group. */
    private ListRow lost(long from, IOException why) {
        ListRow bad = new ListRow.Bad(
                from,
                RowCells.refusal(
                        null, null, "rows %d to %d cannot be read: %s".formatted(from, end - 1, why.getMessage())));
        row = end;
        closeGroup();
        return bad;
    }

    private void closeGroup() {
        cursors = List.of();
        if (pages != null) {
            pages.close();
            pages = null;
        }
    }

    @Override
    public void close() throws IOException {
        closeGroup();
        file.close();
    }
}
