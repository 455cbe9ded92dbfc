package dev.latentstream.ingest.sources;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a tar file with bounds on their headers, and checks for the end-of-archive block.
 *
 * <p>A tar stores long names and attributes as special members, which may have any size and are read into memory.
 */
final class TarMembers extends TarArchiveInputStream {
    /** Far more than a name with its attributes needs. */
    static final int MAX_HEADER_BYTES = 1 << 20;

    /** Each takes a stack frame until the member itself is reached. */
    static final int MAX_HEADERS = 256;

    /** Their attributes are kept in memory to the end of the archive. */
    static final int MAX_GLOBAL_HEADERS = 64;

    private static final int TYPE_OFFSET = 156;

    private final HeaderBound bound;
    private int globalHeaders;
    private boolean ended;

    private TarMembers(HeaderBound in) {
        super(in);
        this.bound = in;
    }

    static TarMembers of(InputStream in) {
        return new TarMembers(new HeaderBound(in));
    }

    /** Returns the name up to the first dot after its last slash: {@code a/b.seg.png} has the key {@code a/b}. */
    static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Returns the next member; null at the end of the archive. */
    @Nullable TarArchiveEntry next() throws IOException {
        skipContent();
        bound.beginHeaders();
        TarArchiveEntry entry = getNextEntry();
        bound.endHeaders();
        if (globalHeaders > MAX_GLOBAL_HEADERS) {
            throw new IOException("%d global headers are more than %d".formatted(globalHeaders, MAX_GLOBAL_HEADERS));
        }
        return entry;
    }

    private void skipContent() throws IOException {
        while (getCurrentEntry() != null && skip(Long.MAX_VALUE) > 0) {}
    }

    /** Returns whether the end-of-archive block was read; a tar file that was truncated between two members lacks it. */
    boolean ended() {
        return ended;
    }

    /** Called for each header, including the special ones. */
    @Override
    protected boolean isEOFRecord(byte @Nullable [] record) {
        boolean end = super.isEOFRecord(record);
        if (record != null) {
            ended |= end;
            bound.headers++;
            globalHeaders += record[TYPE_OFFSET] == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER ? 1 : 0;
        }
        return end;
    }

    /** Limits the bytes and headers read between the contents of two members. */
    private static final class HeaderBound extends FilterInputStream {
        private boolean inHeaders;
        private int headers;
        private long read;

        HeaderBound(InputStream in) {
            super(in);
        }

        void beginHeaders() {
            inHeaders = true;
            headers = 0;
            read = 0;
        }

        void endHeaders() {
            inHeaders = false;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            count(Math.max(0, count));
            return count;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long bytes) throws IOException {
            read += bytes;
            if (inHeaders && read > MAX_HEADER_BYTES) {
                throw new IOException(
                        "the headers of a member have at least %d bytes, above %d".formatted(read, MAX_HEADER_BYTES));
            }
            if (inHeaders && headers > MAX_HEADERS) {
                throw new IOException("%d headers of one member are more than %d".formatted(headers, MAX_HEADERS));
            }
        }
    }
}
