package dev.latentstream.ingest.image.jpeg;

import org.jspecify.annotations.Nullable;

/**
 * Reads the Huffman codes of a sequential JPEG file without computing pixels (ITU-T T.81, annex F).
 *
 * <p>Damage nearly always shifts the codes after it, so that one does not exist, or the blocks end before or after the data. What looks
 * irregular here is for a decoder to judge; nothing is refused because of it.
 */
public final class JpegCodes {
    private static final int BLOCK_SIDE = 8; // pixels
    private static final int MAX_COMPONENTS = 4;
    private static final int MAX_TABLES = 4;

    private record Component(int id, int horizontal, int vertical) {}

    private final byte[] bytes;
    private final @Nullable HuffmanTable[] dc = new HuffmanTable[MAX_TABLES];
    private final @Nullable HuffmanTable[] ac = new HuffmanTable[MAX_TABLES];
    private Component[] components = {};
    private int width;
    private int height;
    private int restartInterval;
    private int position = 2;

    private JpegCodes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns whether all blocks of all components are there and nothing else; false for what is not read here, such as progressive files. */
    public static boolean areRegular(byte[] jpeg) {
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
            boolean ofDc = (target >> 4) == 0;
            HuffmanTable table = new HuffmanTable(bytes, at + 1, ofDc);
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
        HuffmanTable[] first = new HuffmanTable[count];
        HuffmanTable[] others = new HuffmanTable[count];
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

    private boolean readBlocks(Component[] scanned, HuffmanTable[] first, HuffmanTable[] others) {
        boolean alone = scanned.length == 1;
        long units = units(alone ? scanned[0] : null);
        int[] blocks = new int[scanned.length];
        for (int i = 0; i < scanned.length; i++) {
            blocks[i] = alone ? 1 : scanned[i].horizontal * scanned[i].vertical;
        }
        CodeReader codes = new CodeReader(bytes, position);
        for (long unit = 0; unit < units; unit++) {
            if (restartInterval > 0 && unit > 0 && unit % restartInterval == 0 && !codes.restart()) {
                return false;
            }
            for (int i = 0; i < scanned.length; i++) {
                for (int block = 0; block < blocks[i]; block++) {
                    codes.skipBlock(first[i], others[i]);
                }
            }
            if (codes.failed()) {
                return false;
            }
        }
        boolean whole = codes.isAtMarker();
        position = codes.position();
        return whole;
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

    private int unsigned(int at) {
        return bytes[at] & 0xff;
    }

    private int twoBytes(int at) {
        return unsigned(at) << 8 | unsigned(at + 1);
    }
}
