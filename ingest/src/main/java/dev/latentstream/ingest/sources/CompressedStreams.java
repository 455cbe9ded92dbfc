package dev.latentstream.ingest.sources;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorInputStream;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.apache.commons.compress.utils.InputStreamStatistics;

/**
 * Inflates the streams of a compressed file in a row. Zeros between them and after the last one are passed over, as by gzip: blocks of a
 * tape or a device are padded with them.
 */
final class CompressedStreams extends CompressorInputStream implements InputStreamStatistics {
    private final String format;
    private final BufferedInputStream in;
    private CompressorInputStream stream;
    private long compressed; // of the streams before
    private long uncompressed;
    private boolean ended;

    /**
     * @param format a name of the library's for one that ends with the last byte of its stream
     * @throws CompressorException if the file does not begin with a stream of this format
     */
    CompressedStreams(String format, BufferedInputStream in) throws CompressorException {
        this.format = format;
        this.in = in;
        this.stream = open();
    }

    private CompressorInputStream open() throws CompressorException {
        return new CompressorStreamFactory(/* decompressUntilEOF */ false).createCompressorInputStream(format, in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (!ended) {
            long before = stream.getBytesRead();
            try {
                int read = stream.read(bytes, offset, length);
                if (read >= 0) {
                    return read;
                }
            } finally {
                count(stream.getBytesRead() - before); // also of a read that failed
            }
            openNext();
        }
        return -1;
    }

    private void openNext() throws IOException {
        InputStreamStatistics statistics = (InputStreamStatistics) stream;
        compressed += statistics.getCompressedCount();
        uncompressed += statistics.getUncompressedCount();
        ended = true; // unless another one follows
        if (!skipZeros()) {
            return;
        }
        try {
            stream = open();
            ended = false;
        } catch (CompressorException garbage) {
            throw new IOException(
                    "what follows a stream of %s is neither another one nor zeros".formatted(format), garbage);
        }
    }

    /** Returns whether another byte follows. */
    private boolean skipZeros() throws IOException {
        while (true) {
            in.mark(1);
            int next = in.read();
            if (next != 0) {
                in.reset();
                return next > 0;
            }
        }
    }

    @Override
    public long getCompressedCount() {
        return compressed + (ended ? 0 : ((InputStreamStatistics) stream).getCompressedCount());
    }

    @Override
    public long getUncompressedCount() {
        return uncompressed + (ended ? 0 : ((InputStreamStatistics) stream).getUncompressedCount());
    }

    @Override
    public void close() throws IOException {
        try (InputStream file = in) {
            stream.close();
        }
    }
}
