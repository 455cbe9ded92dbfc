package dev.latentstream.ingest.sources;

import java.io.FilterInputStream;
import java.io.IOException;
import org.apache.commons.compress.compressors.CompressorInputStream;
import org.apache.commons.compress.utils.InputStreamStatistics;
import org.jspecify.annotations.Nullable;

/** Returns all bytes that a decoder produced before it failed, and then its failure. It fails where it inflates far more than images do. */
final class Decompressed extends FilterInputStream {
    /** Images do not shrink, uncompressed ones of one colour and texts do; gzip reaches 1032. */
    private static final long MAX_RATIO = 250;

    /** The largest size of any inflated file, in bytes. */
    private static final long FREE = 64 << 20;

    private final CompressorInputStream decoder;
    private @Nullable IOException failure;

    Decompressed(CompressorInputStream decoder) {
        super(decoder);
        this.decoder = decoder;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        requireBound();
        long before = decoder.getBytesRead();
        try {
            return decoder.read(bytes, offset, length);
        } catch (IOException broken) {
            int produced = (int) (decoder.getBytesRead() - before);
            if (produced == 0) {
                throw broken;
            }
            failure = broken;
            return produced;
        }
    }

    private void requireBound() throws IOException {
        if (decoder instanceof InputStreamStatistics counts
                && counts.getUncompressedCount() > FREE + MAX_RATIO * counts.getCompressedCount()) {
            throw new IOException("%d bytes inflate to %d and more, above %d to 1"
                    .formatted(counts.getCompressedCount(), counts.getUncompressedCount(), MAX_RATIO));
        }
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[(int) Math.min(count, 1 << 13)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
