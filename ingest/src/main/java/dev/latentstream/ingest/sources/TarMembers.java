package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.files.EscapedBytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a tar file with bounds on their headers, verifies each header's checksum, and checks for the end-of-archive
 * block.
 *
 * <p>A tar stores long names and attributes as special members, which may have any size and are read into memory. A sparse file is read with
 * its holes, as zeros, up to the largest int: of a larger one only name and size are known, and its content is not to be read.
 */
final class TarMembers extends TarArchiveInputStream {
    /** Far more than a name with its attributes needs. */
    static final int MAX_HEADER_BYTES = 1 << 20;

    /** Each takes a stack frame until the member itself is reached. */
    static final int MAX_HEADERS = 256;

    /** Their attributes are kept in memory to the end of the archive. */
    static final int MAX_GLOBAL_HEADERS = 64;

    private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;
    private static final int SIZE_OFFSET =
            124; // of links, devices and pipes to be ignored, as GNU tar does: no content follows
    private static final int TYPE_OFFSET = 156;
    private static final int SPARSE_HEADER_CONTINUES =
            482; // offsets of the flags that say that more of a sparse map follows
    private static final int SPARSE_RECORD_CONTINUES = 504;
    private static final int SPARSE_MAP_OFFSET = 386;
    private static final int SPARSE_SIZE_OFFSET = 483;

    private final HeaderBound bound;
    private byte[] header = new byte[RECORD];
    private @Nullable PaxHeader pax;
    private long largeSparseSize; // of the current member, with its holes; 0 if it is none
    private boolean sparseMapFollows;
    private int globalHeaders;
    private boolean ended;

    private TarMembers(HeaderBound in) {
        // Blocks of one record: after the end of an archive nothing is skipped that could be the start of the next one.
        // Lenient: owners and times that are no numbers, which nothing here reads, do not end the archive.
        super(in, RECORD, RECORD, StandardCharsets.ISO_8859_1.name(), /* lenient */ true);
        this.bound = in;
    }

    static TarMembers of(InputStream in) {
        return new TarMembers(new HeaderBound(in));
    }

    /**
     * Skips zeros after the end of an archive and returns whether another archive follows, as in {@code cat a.tar b.tar}.
     *
     * @throws IOException if what follows is no archive
     */
    static boolean follow(InputStream in) throws IOException {
        byte[] record = new byte[RECORD];
        while (true) {
            in.mark(RECORD);
            int read = in.readNBytes(record, 0, RECORD);
            if (!isZero(Arrays.copyOf(record, read))) {
                if (read < RECORD || !isChecksumRight(record)) {
                    throw new IOException("what follows its end-of-archive block is no archive");
                }
                in.reset();
                return true;
            }
            if (read < RECORD) {
                return false;
            }
        }
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
        pax = null;
        largeSparseSize = 0;
        TarArchiveEntry entry = nextEntry();
        bound.endHeaders();
        if (globalHeaders > MAX_GLOBAL_HEADERS) {
            throw new IOException("%d global headers are more than %d".formatted(globalHeaders, MAX_GLOBAL_HEADERS));
        }
        return entry;
    }

    private @Nullable TarArchiveEntry nextEntry() throws IOException {
        try {
            return getNextEntry();
        } catch (RuntimeException damage) { // the library parses some fields without a check
            throw new IOException("a damaged header: " + damage.getMessage(), damage);
        }
    }

    private void skipContent() throws IOException {
        while (getCurrentEntry() != null && skip(Long.MAX_VALUE) > 0) {}
    }

    /** Returns whether the current member is stored without its holes. */
    boolean isSparse(TarArchiveEntry entry) {
        return largeSparseSize > 0 || entry.isSparse();
    }

    /** Returns the size of the current member, with its holes. */
    long size(TarArchiveEntry entry) {
        return largeSparseSize > 0 ? largeSparseSize : entry.getRealSize();
    }

    /** Returns whether the end-of-archive block was read; a tar file that was truncated between two members lacks it. */
    boolean ended() {
        return ended;
    }

    /**
     * Returns the name of the current member with {@code %} and two digits for each control character, for {@code %} itself, and for
     * each byte that is not UTF-8: names of different bytes stay different.
     */
    String name(TarArchiveEntry entry) {
        String name = entry.getName();
        return EscapedBytes.of(Optional.ofNullable(pax)
                .flatMap(header -> header.largeSparseSize() > 0 ? header.name() : header.nameAs(name))
                .orElseGet(() -> bytes(name)));
    }

    private byte[] bytes(String name) {
        boolean single = name.chars().allMatch(c -> c <= 0xff) && (globalHeaders == 0 || name.endsWith(nameInHeader()));
        return name.getBytes(single ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /** Returns the name that a global pax header can replace by another one, which is in UTF-8. */
    private String nameInHeader() {
        int end = 0;
        while (end < TarConstants.NAMELEN && header[end] != 0) {
            end++;
        }
        return new String(header, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** Called for each header, and for the records of a sparse file's map, which have no checksum. */
    @Override
    protected byte @Nullable [] readRecord() throws IOException {
        byte[] record = super.readRecord();
        if (record == null || ended || isZero(record)) {
            return record;
        }
        if (sparseMapFollows) {
            sparseMapFollows = record[SPARSE_RECORD_CONTINUES] == 1;
            return record;
        }
        if (!isChecksumRight(record)) {
            throw new IOException("a header with a wrong checksum");
        }
        byte type = record[TYPE_OFFSET];
        if (type >= TarConstants.LF_LINK && type <= TarConstants.LF_FIFO) {
            Arrays.fill(record, SIZE_OFFSET, SIZE_OFFSET + TarConstants.SIZELEN - 1, (byte) '0');
        }
        sparseMapFollows = type == TarConstants.LF_GNUTYPE_SPARSE && record[SPARSE_HEADER_CONTINUES] == 1;
        header = record.clone();
        if (type == TarConstants.LF_GNUTYPE_SPARSE && sparseSize(header) > Integer.MAX_VALUE) {
            hideLargeSparse();
            return header;
        }
        if (PaxHeader.TYPES.contains(type)) {
            PaxHeader read = PaxHeader.of(bound.readAhead(contentSize(record)));
            bound.replaceAhead(read.content());
            if (type != TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER) {
                pax = read;
                largeSparseSize = read.largeSparseSize();
            }
        }
        return record;
    }

    private static long sparseSize(byte[] record) {
        return TarUtils.parseOctalOrBinary(record, SPARSE_SIZE_OFFSET, TarConstants.SIZELEN);
    }

    /** Makes the header of a large sparse file that of a regular one, and skips the rest of its map. */
    private void hideLargeSparse() throws IOException {
        while (sparseMapFollows) {
            byte[] map = super.readRecord();
            if (map == null) {
                throw new IOException("the map of a sparse file is cut off");
            }
            sparseMapFollows = map[SPARSE_RECORD_CONTINUES] == 1;
        }
        largeSparseSize = sparseSize(header);
        header[TYPE_OFFSET] = TarConstants.LF_NORMAL;
        Arrays.fill(header, SPARSE_MAP_OFFSET, SPARSE_SIZE_OFFSET + TarConstants.SIZELEN, (byte) 0);
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

    private static long contentSize(byte[] record) {
        return TarUtils.parseOctalOrBinary(record, SIZE_OFFSET, TarConstants.SIZELEN);
    }

    private static boolean isChecksumRight(byte[] record) {
        try {
            return TarUtils.verifyCheckSum(record);
        } catch (IllegalArgumentException noNumber) {
            return false;
        }
    }

    private static boolean isZero(byte[] record) {
        for (byte b : record) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Limits the bytes and headers read between the contents of two members. */
    private static final class HeaderBound extends FilterInputStream {
        private boolean inHeaders;
        private int headers;
        private long read;
        private byte[] ahead = {};
        private int served;

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

        /** Reads bytes that are to be read again, from {@link #replaceAhead}. */
        byte[] readAhead(long length) throws IOException {
            count(length); // refused before it is read
            return in.readNBytes((int) length);
        }

        /** Gives the next readings these bytes. */
        void replaceAhead(byte[] bytes) {
            ahead = bytes;
            served = 0;
        }

        @Override
        public int read() throws IOException {
            if (served < ahead.length) {
                return ahead[served++] & 0xff;
            }
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (served < ahead.length) {
                int count = Math.min(length, ahead.length - served);
                System.arraycopy(ahead, served, bytes, offset, count);
                served += count;
                return count;
            }
            int count = super.read(bytes, offset, length);
            count(Math.max(0, count));
            return count;
        }

        @Override
        public long skip(long bytes) throws IOException {
            if (served < ahead.length) {
                int count = (int) Math.min(bytes, ahead.length - served);
                served += count;
                return count;
            }
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
