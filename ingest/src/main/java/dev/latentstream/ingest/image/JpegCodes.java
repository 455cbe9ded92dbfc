package dev.latentstream.ingest.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Huffman codes of a sequential JPEG file without computing pixels (ITU-T T.81, annex F).
 *
 * <p>Damage nearly always shifts the codes after it, so that one does not exist, or the blocks end before or after the data. What looks
 * irregular here is for a decoder to judge; nothing is refused because of it.
 */
final class JpegCodes {
    private static final int BLOCK = 64; // coefficients
    private static final int BLOCK_SIDE = 8; // pixels
    private static final int MAX_COMPONENTS = 4;
    private static final int MAX_TABLES = 4;

    /** Bits of a code and of the number after it: at most 16 and 15. */
    private static final int LONGEST = 31;

    private record Component(int id, int horizontal, int vertical) {}

    private final byte[] bytes;
    private final @Nullable Table[] dc = new Table[MAX_TABLES];
    private final @Nullable Table[] ac = new Table[MAX_TABLES];
    private Component[] components = {};
    private int width;
    private int height;
    private int restartInterval;
    private int position = 2;

    /** Bits that were read and not used, from the highest bit on, and their number; negative after a fault. */
    private long window;

    private int available;

    private JpegCodes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns whether all blocks of all components are there and nothing else; false for what is not read here, such as progressive files. */
    static boolean areRegular(byte[] jpeg) {
        try {
            return new JpegCodes(jpeg).read();
        } catch (IndexOutOfBoundsException | NullPointerException | ArithmeticException inconsistent) {
            return false; // lengths beyond the end, a table that is missing or wrong, a sampling factor of 0
        }
    }

    private boolean read() {
        int read = 0; // components, a bit each
        while (true) {
            if (unsigned(position) != 0xff) {
                return false;
            }
            while (unsigned(position + 1) == 0xff) {
                position++;
            }
            int marker = unsigned(position + 1);
            int segment = position + 4;
            if (marker == 0xd9) {
                return components.length > 0 && read == (1 << components.length) - 1;
            }
            position += 2 + twoBytes(position + 2);
            switch (marker) {
                case 0xc0, 0xc1 -> readFrame(segment);
                case 0xc4 -> readTables(segment, position);
                case 0xdd -> restartInterval = twoBytes(segment);
                case 0xda -> {
                    int scan = readScan(segment);
                    if (scan == 0 || (read & scan) != 0) {
                        return false;
                    }
                    read |= scan;
                }
                default -> {
                    if (!isApplicationDataOrTable(marker)) {
                        return false;
                    }
                }
            }
        }
    }

    /** Returns whether a segment affects no codes. Other frames, arithmetic codes and a number of lines after a scan do. */
    private static boolean isApplicationDataOrTable(int marker) {
        return marker == 0xdb || marker >= 0xe0;
    }

    private void readFrame(int segment) {
        height = twoBytes(segment + 1);
        width = twoBytes(segment + 3);
        components = new Component[Math.min(unsigned(segment + 5), MAX_COMPONENTS)];
        for (int i = 0; i < components.length; i++) {
            int factors = unsigned(segment + 7 + 3 * i);
            components[i] = new Component(unsigned(segment + 6 + 3 * i), factors >> 4, factors & 15);
        }
    }

    private void readTables(int start, int end) {
        int at = start;
        while (at < end) {
            int target = unsigned(at);
            Table table = new Table(bytes, at + 1);
            boolean ofDc = (target >> 4) == 0;
            if (ofDc && table.largestSymbol > 15) {
                throw new ArithmeticException("a number of more than 15 bits");
            }
            (ofDc ? dc : ac)[target & 15] = table;
            at += 17 + table.size;
        }
    }

    /** Returns the components of a scan whose codes are regular, a bit each; else 0. */
    private int readScan(int segment) {
        int count = unsigned(segment);
        Component[] scanned = new Component[count];
        Table[] first = new Table[count];
        Table[] others = new Table[count];
        int read = 0;
        for (int i = 0; i < count; i++) {
            int index = indexOf(unsigned(segment + 1 + 2 * i));
            int tables = unsigned(segment + 2 + 2 * i);
            scanned[i] = components[index];
            first[i] = dc[tables >> 4];
            others[i] = ac[tables & 15];
            read |= 1 << index;
        }
        return readBlocks(scanned, first, others) ? read : 0;
    }

    private int indexOf(int id) {
        int index = 0;
        while (components[index].id != id) {
            index++;
        }
        return index;
    }

    private boolean readBlocks(Component[] scanned, Table[] first, Table[] others) {
        boolean alone = scanned.length == 1;
        long units = units(alone ? scanned[0] : null);
        window = 0;
        available = 0;
        int restarts = 0;
        for (long unit = 0; unit < units; unit++) {
            if (restartInterval > 0 && unit > 0 && unit % restartInterval == 0) {
                if (!isAtMarker() || unsigned(position + 1) != 0xd0 + (restarts & 7)) {
                    return false;
                }
                restarts++;
                position += 2;
                window = 0;
                available = 0;
            }
            for (int i = 0; i < scanned.length; i++) {
                int blocks = alone ? 1 : scanned[i].horizontal * scanned[i].vertical;
                for (int block = 0; block < blocks; block++) {
                    readBlock(first[i], others[i]);
                }
            }
            if (available < 0) {
                return false;
            }
        }
        return isAtMarker();
    }

    /** Returns the number of blocks of one component, or of groups of blocks of several. */
    private long units(@Nullable Component alone) {
        int horizontal = 1;
        int vertical = 1;
        for (Component component : components) {
            horizontal = Math.max(horizontal, component.horizontal);
            vertical = Math.max(vertical, component.vertical);
        }
        if (alone == null) {
            return (long) ceil(width, BLOCK_SIDE * horizontal) * ceil(height, BLOCK_SIDE * vertical);
        }
        int columns = ceil(width * alone.horizontal, horizontal);
        int rows = ceil(height * alone.vertical, vertical);
        return (long) ceil(columns, BLOCK_SIDE) * ceil(rows, BLOCK_SIDE);
    }

    private static int ceil(int number, int divisor) {
        return (number + divisor - 1) / divisor;
    }

    private void readBlock(Table first, Table others) {
        int unused = next(first);
        int coefficient = 1;
        while (coefficient < BLOCK && available >= 0) {
            int symbol = next(others);
            if ((symbol & 15) == 0 && symbol < 0xf0) {
                return; // the rest is zero
            }
            coefficient += (symbol >> 4) + 1;
        }
        if (coefficient > BLOCK) {
            fail();
        }
    }

    /** Skips a code and the number after it, and returns the code's symbol, whose lower half is the number's size. */
    private int next(Table table) {
        if (available < LONGEST) {
            fill();
        }
        int entry = table.shortCodes[(int) (window >>> (64 - Table.SHORT))];
        if (entry != 0) {
            skip(entry >> 8);
            return entry & 0xff;
        }
        for (int length = Table.SHORT + 1; length <= Table.LONGEST_CODE; length++) {
            int code = (int) (window >>> (64 - length));
            if (code <= table.greatest[length]) {
                int symbol = bytes[table.values + table.offsets[length] + code] & 0xff;
                skip(length + (symbol & 15));
                return symbol;
            }
        }
        fail();
        return 0;
    }

    private void skip(int bits) {
        window <<= bits;
        available -= bits;
    }

    private void fail() {
        available = Integer.MIN_VALUE / 2;
    }

    /** Reads bytes up to a marker. */
    private void fill() {
        while (available >= 0 && available <= 56) {
            byte next = bytes[position];
            if (next == (byte) 0xff) {
                if (bytes[position + 1] != 0) {
                    return;
                }
                position++; // the stuffed zero
            }
            position++;
            window |= (next & 0xffL) << (56 - available);
            available += 8;
        }
    }

    private boolean isMarker() {
        return bytes[position] == (byte) 0xff && bytes[position + 1] != 0;
    }

    /** Returns whether less than a byte is left before a marker. */
    private boolean isAtMarker() {
        fill();
        while (isMarker() && unsigned(position + 1) == 0xff) {
            position++; // fill bytes
        }
        return available >= 0 && available < 8 && isMarker();
    }

    private int unsigned(int at) {
        return bytes[at] & 0xff;
    }

    private int twoBytes(int at) {
        return unsigned(at) << 8 | unsigned(at + 1);
    }

    /** A Huffman table (annex C and figure F.15). */
    private static final class Table {
        private static final int SHORT = 9; // bits of codes that are looked up at once
        private static final int LONGEST_CODE = 16;

        /** Length of the code that begins so and of its number, and its symbol; 0 if the code is longer, or does not exist. */
        private final short[] shortCodes = new short[1 << SHORT];

        private final int[] greatest = new int[LONGEST_CODE + 1];
        private final int[] offsets = new int[LONGEST_CODE + 1];
        private final int values;
        private final int size;
        private final int largestSymbol;

        /** Reads the 16 numbers of codes of each length, and the symbols after them. */
        Table(byte[] bytes, int at) {
            values = at + LONGEST_CODE;
            int code = 0;
            int index = 0;
            int largest = 0;
            for (int length = 1; length <= LONGEST_CODE; length++) {
                int count = bytes[at + length - 1] & 0xff;
                offsets[length] = index - code;
                for (int i = 0; i < count; i++) {
                    int symbol = bytes[values + index] & 0xff;
                    largest = Math.max(largest, symbol);
                    if (length <= SHORT) {
                        int start = code << (SHORT - length);
                        short entry = (short) (((length + (symbol & 15)) << 8) | symbol);
                        Arrays.fill(shortCodes, start, start + (1 << (SHORT - length)), entry);
                    }
                    code++;
                    index++;
                }
                if (count > 0 && code >= 1 << length) {
                    throw new ArithmeticException("more codes than bits"); // no code may consist of ones only
                }
                greatest[length] = count > 0 ? code - 1 : -1;
                code <<= 1;
            }
            size = index;
            largestSymbol = largest;
        }
    }
}
