package dev.latentstream.app.ledger;

import com.jerolba.carpet.CarpetWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a Parquet file, one row group after the other. */
final class ParquetRows implements RowWriter {
    private final CarpetWriter<SampleRow> writer;

    ParquetRows(Path path) throws IOException {
        writer = new CarpetWriter.Builder<>(new BufferedOutputStream(Files.newOutputStream(path)), SampleRow.class)
                .withWriteRecordModel(SampleColumn.parquet())
                .withRowGroupSize(16 << 20) // its columns are in memory until it is complete
                .build();
    }

    @Override
    public void write(SampleRow row) throws IOException {
        writer.write(row);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
