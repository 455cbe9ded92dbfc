package dev.latentstream.ingest.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tags of the first directory of a TIFF structure: a TIFF or BigTIFF file, or an EXIF block (TIFF 6.0, section 2). Values are read when they
 * are asked for and never copied, so that reading costs no more than the entries, even if all of them name the same bytes.
 */
final class TiffTags {
    private static final int ORIENTATION = 274;
    private static final int ICC_PROFILE = 34675;

    /** Tags up to the tile sizes and offsets describe the pixel layout; but for entries of zeros, which some writers leave. */
    private static final int LAST_OF_LAYOUT = 325;

    /** Document, description, make, model, software, date, artist, computer: they affect no pixel, however often they occur. */
    private static final Set<Integer> TEXTS = Set.of(269, 270, 271, 272, 305, 306, 315, 316);

    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int VERSION = 42;

    /** BigTIFF, with offsets of 64 bits. */
    private static final int BIG_VERSION = 43;

    /**
     * Bytes of a value by type, from type 1: BYTE, ASCII, SHORT, LONG, RATIONAL, their signed forms, UNDEFINED, FLOAT, DOUBLE, IFD; of
     * BigTIFF LONG8, SLONG8, IFD8 from type 16. 0 for types that do not exist.
     */
    private static final int[] TYPE_BYTES = {1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

    private final Map<Integer, Entry> entries = new HashMap<>();
    private boolean repeated;
    private boolean unknownType;
    private boolean whole = true;
    private long valueBytes;
    private final int structureBytes;
    private final boolean littleEndian;

    /** @param data the values, in the byte order of the structure */
    private record Entry(int type, ByteBuffer data) {
        /** Returns the first numbers, at most so many; none for a type that is not whole numbers. Negative ones exceed every bound. */
        long[] numbers(int limit) {
            int width = TYPE_BYTES[type - 1];
            long[] numbers = new long[Math.min(limit, data.limit() / width)];
            for (int i = 0; i < numbers.length; i++) {
                int at = i * width;
                switch (type) {
                    case 1, 7 -> numbers[i] = data.get(at) & 0xff;
                    case 3 -> numbers[i] = data.getShort(at) & 0xffff;
                    case 4, 13 -> numbers[i] = Integer.toUnsignedLong(data.getInt(at));
                    case 6 -> numbers[i] = data.get(at);
                    case 8 -> numbers[i] = data.getShort(at);
                    case 9 -> numbers[i] = data.getInt(at);
                    case 16, 17, 18 -> numbers[i] = data.getLong(at);
                    default -> {
                        return new long[0];
                    }
                }
                if (numbers[i] < 0) {
                    numbers[i] = Long.MAX_VALUE;
                }
            }
            return numbers;
        }
    }

    private TiffTags(int structureBytes, boolean littleEndian) {
        this.structureBytes = structureBytes;
        this.littleEndian = littleEndian;
    }

    /** Reads the entries that are present, up to the end of a truncated directory; fails if there is no directory at all. */
    static TiffTags read(ByteBuffer structure) {
        ByteBuffer tiff = structure.slice();
        if (tiff.limit() < 10) {
            throw unreadable("%d bytes".formatted(tiff.limit()), "a header and a directory");
        }
        short mark = tiff.getShort(0);
        if (mark != 0x4949 && mark != 0x4d4d) {
            throw unreadable("%04x".formatted(mark), "II or MM");
        }
        tiff.order(mark == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        boolean big = tiff.getShort(2) == BIG_VERSION;
        if (!big && tiff.getShort(2) != VERSION) {
            throw unreadable("version %d".formatted(tiff.getShort(2)), "42 or 43");
        }
        if (big && (tiff.limit() < 24 || tiff.getInt(4) != (mark == 0x4949 ? 8 : 8 << 16))) {
            throw unreadable("another size of offsets", "8 bytes");
        }
        long directory = big ? tiff.getLong(8) : Integer.toUnsignedLong(tiff.getInt(4));
        if (directory < 0 || directory > tiff.limit() - (big ? 8 : 2)) {
            throw unreadable("offset %d".formatted(directory), "%d bytes".formatted(tiff.limit()));
        }
        TiffTags tags = new TiffTags(tiff.limit(), mark == 0x4949);
        tags.readDirectory(tiff, (int) directory, big);
        return tags;
    }

    private static BadImageException unreadable(String value, String bound) {
        return BadImageException.damaged(value, bound, "the TIFF directory cannot be read");
    }

    private void readDirectory(ByteBuffer tiff, int directory, boolean big) {
        long count = big ? tiff.getLong(directory) : Short.toUnsignedLong(tiff.getShort(directory));
        int start = directory + (big ? 8 : 2);
        int entryBytes = big ? 20 : 12;
        int room = (tiff.limit() - start) / entryBytes;
        whole = count >= 0 && count <= room;
        for (int i = 0; i < (whole ? count : room); i++) {
            readEntry(tiff, start + i * entryBytes, big);
        }
    }

    /** Takes the first of several entries with one tag, and leaves out those whose values are beyond the end. */
    private void readEntry(ByteBuffer tiff, int position, boolean big) {
        int tag = Short.toUnsignedInt(tiff.getShort(position));
        int type = Short.toUnsignedInt(tiff.getShort(position + 2));
        if (type < 1 || type > TYPE_BYTES.length || TYPE_BYTES[type - 1] == 0) {
            unknownType |= tag <= LAST_OF_LAYOUT && (tag != 0 || type != 0);
            return;
        }
        long count = big ? tiff.getLong(position + 4) : Integer.toUnsignedLong(tiff.getInt(position + 4));
        if (count < 0 || count > tiff.limit()) {
            return;
        }
        long bytes = count * TYPE_BYTES[type - 1];
        int value = position + (big ? 12 : 8);
        boolean here = bytes <= (big ? 8 : 4);
        long offset = here ? value : big ? tiff.getLong(value) : Integer.toUnsignedLong(tiff.getInt(value));
        if (offset < 0 || offset > tiff.limit() - bytes) {
            return;
        }
        valueBytes += bytes;
        ByteBuffer data = tiff.slice((int) offset, (int) bytes).order(tiff.order());
        repeated |= entries.putIfAbsent(tag, new Entry(type, data)) != null && !TEXTS.contains(tag);
    }

    /** Returns the orientation in an EXIF block, upright if it names none; null if the block cannot be read. Fails on overlap. */
    static @Nullable Orientation orientation(ByteBuffer exif) {
        TiffTags tags;
        try {
            tags = read(withoutPrefix(exif));
        } catch (BadImageException unreadable) {
            return null;
        }
        tags.requireSeparateValues();
        return tags.orientation();
    }

    /** Some writers put the prefix of JPEG's EXIF segment into other formats too. */
    private static ByteBuffer withoutPrefix(ByteBuffer exif) {
        ByteBuffer block = exif.slice();
        boolean prefixed =
                block.limit() >= EXIF.length && block.slice(0, EXIF.length).equals(ByteBuffer.wrap(EXIF));
        return prefixed ? block.slice(EXIF.length, block.limit() - EXIF.length) : block;
    }

    Orientation orientation() {
        return Orientation.of((int) number(ORIENTATION, 1));
    }

    @Nullable ByteBuffer profile() {
        @Nullable Entry profile = entries.get(ICC_PROFILE);
        return profile == null ? null : profile.data();
    }

    /** Returns the first number of a tag of whole numbers. */
    long number(int tag, long otherwise) {
        @Nullable Entry entry = entries.get(tag);
        if (entry == null || !entry.data().hasRemaining()) {
            return otherwise;
        }
        long[] first = entry.numbers(1);
        return first.length == 0 ? otherwise : first[0];
    }

    /** Returns all numbers of a tag of whole numbers; none without the tag. */
    long[] numbers(int tag) {
        @Nullable Entry entry = entries.get(tag);
        return entry == null ? new long[0] : entry.numbers(Integer.MAX_VALUE);
    }

    /** Returns all fractions of a tag of unsigned ones; none without the tag. */
    double[] fractions(int tag) {
        @Nullable Entry entry = entries.get(tag);
        if (entry == null || entry.type() != 5) {
            return new double[0];
        }
        double[] fractions = new double[entry.data().limit() / 8];
        for (int i = 0; i < fractions.length; i++) {
            double above = Integer.toUnsignedLong(entry.data().getInt(8 * i));
            fractions[i] = above / Integer.toUnsignedLong(entry.data().getInt(8 * i + 4));
        }
        return fractions;
    }

    /** Returns a copy of the value of a tag; empty without the tag. */
    byte[] bytes(int tag) {
        @Nullable Entry entry = entries.get(tag);
        if (entry == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[entry.data().remaining()];
        entry.data().get(0, bytes);
        return bytes;
    }

    boolean littleEndian() {
        return littleEndian;
    }

    /** Returns whether the directory has as many entries as it says. */
    boolean whole() {
        return whole;
    }

    /** Returns whether a tag other than a text occurs twice, so that two readers may use different values. */
    boolean repeated() {
        return repeated;
    }

    /** Returns whether a layout tag has a number type that this reader does not know but others may. */
    boolean unknownType() {
        return unknownType;
    }

    /** Fails if the values are larger than the structure: other readers copy each of them, libtiff among them. */
    void requireSeparateValues() {
        if (valueBytes > structureBytes) {
            throw BadImageException.damaged(
                    "%d bytes of values".formatted(valueBytes),
                    "%d bytes".formatted(structureBytes),
                    "the values of a TIFF directory overlap: together they are larger than the file");
        }
    }
}
