package dev.latentstream.ingest.sources;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The content of a pax header: records of a length, a keyword and a value, which belong to the member after it.
 *
 * <p>A value is bytes: with {@code hdrcharset=BINARY}, and as GNU tar writes it without, a name need not be UTF-8. Records that nothing here reads are
 * disguised, so that an owner or a time that is no number does not end the archive: GNU tar and Python's tarfile read the member all the same.
 */
final class PaxHeader {
    /** The types of the members that are pax headers. */
    static final Set<Byte> TYPES = Set.of(
            TarConstants.LF_PAX_EXTENDED_HEADER_LC,
            TarConstants.LF_PAX_EXTENDED_HEADER_UC,
            TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER);

    private static final String NAME = "path";
    private static final String SPARSE = "GNU.sparse.";
    private static final String SPARSE_NAME = SPARSE + "name";

    /** In sparse files of version 0 or 1; the library reads the latter as an int. */
    private static final List<String> SPARSE_SIZES = List.of(SPARSE + "size", SPARSE + "realsize");

    private static final int LONGEST_SIZE = 18; // digits

    /** Other keys that decide which bytes a member has; a fault in one ends the archive. */
    private static final List<String> SIZES = List.of("size", "SCHILY.realsize");

    /** The first letter of a keyword that nobody knows. */
    private static final byte DISGUISE = '-';

    private final byte[] content;
    private byte @Nullable [] name;
    private boolean isOfSparse;
    private final List<Integer> sparse = new ArrayList<>(); // where their keywords begin
    private long sparseSize;

    private PaxHeader(byte[] content) {
        this.content = content;
    }

    /** Reads records up to one that is malformed, which is left for whoever reads the content. */
    static PaxHeader of(byte[] content) {
        PaxHeader header = new PaxHeader(content.clone());
        int next = 0;
        while (next < content.length) {
            int end = header.readRecord(next);
            if (end < 0) {
                break;
            }
            next = end;
        }
        if (header.largeSparseSize() > 0) {
            header.sparse.forEach(keyword -> header.content[keyword] = DISGUISE);
        }
        return header;
    }

    /**
     * Returns the size, with its holes, of a sparse member for which the library has no type; 0 of any other. The library is not told that it is
     * sparse.
     */
    long largeSparseSize() {
        return sparseSize > Integer.MAX_VALUE ? sparseSize : 0;
    }

    /** Returns the bytes of the member's name. */
    Optional<byte[]> name() {
        return Optional.ofNullable(name).map(PaxHeader::relative);
    }

    /** Returns the records, as many bytes as there were. */
    byte[] content() {
        return content.clone();
    }

    /** Returns the bytes of a member's name, if these are what it was decoded from. */
    Optional<byte[]> nameAs(String decoded) {
        return name().filter(bytes -> new String(bytes, StandardCharsets.UTF_8).equals(relative(decoded)));
    }

    /** Returns where the record that begins at an offset ends; -1 if it is malformed. */
    private int readRecord(int start) {
        int blank = start;
        int length = 0;
        while (blank < content.length && content[blank] >= '0' && content[blank] <= '9' && length <= content.length) {
            length = 10 * length + content[blank] - '0';
            blank++;
        }
        int end = start + length;
        int equals = blank + 1;
        while (equals < Math.min(end, content.length) && content[equals] != '=') {
            equals++;
        }
        if (end > content.length || equals >= end - 1 || content[blank] != ' ' || content[end - 1] != '\n') {
            return -1;
        }
        read(blank + 1, equals, end - 1);
        return end;
    }

    private void read(int keywordStart, int equals, int end) {
        String keyword = new String(content, keywordStart, equals - keywordStart, StandardCharsets.UTF_8);
        if (keyword.equals(SPARSE_NAME) || (keyword.equals(NAME) && !isOfSparse)) {
            isOfSparse = keyword.equals(SPARSE_NAME); // its path has a folder of the program that wrote it
            name = equals + 1 == end ? null : Arrays.copyOfRange(content, equals + 1, end);
        }
        if (keyword.startsWith(SPARSE)) {
            sparse.add(keywordStart);
            if (SPARSE_SIZES.contains(keyword)) {
                sparseSize = Math.max(sparseSize, size(equals + 1, end));
            }
        } else if (!keyword.equals(NAME) && !SIZES.contains(keyword) && !keyword.isEmpty()) {
            content[keywordStart] = DISGUISE;
        }
    }

    /** Returns the number between two offsets; 0 if there is none, which is left for whoever reads the content. */
    private long size(int start, int end) {
        String digits = new String(content, start, end - start, StandardCharsets.ISO_8859_1);
        boolean isNumber = digits.length() <= LONGEST_SIZE
                && !digits.isEmpty()
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return isNumber ? Long.parseLong(digits) : 0;
    }

    private static byte[] relative(byte[] name) {
        int start = 0;
        while (start < name.length && name[start] == '/') {
            start++;
        }
        return Arrays.copyOfRange(name, start, name.length);
    }

    private static String relative(String name) {
        int start = 0;
        while (start < name.length() && name.charAt(start) == '/') {
            start++;
        }
        return name.substring(start);
    }
}
