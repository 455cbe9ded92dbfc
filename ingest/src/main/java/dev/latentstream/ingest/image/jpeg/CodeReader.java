package dev.latentstream.ingest.image.jpeg;

/** Reads the codes of one scan, bit by bit, up to a marker. Reading beyond the data, and a code that does not exist, are a fault. */
final class CodeReader {
    private static final int BLOCK = 64; // coefficients

    /** Bits of a code and of the number after it: at most 16 and 15. */
    private static final int LONGEST = 31;

    /** Available bits after a fault. */
    private static final int FAULT = Integer.MIN_VALUE / 2;

    private final byte[] bytes;
    private final int lastLong;
    private int position;
    private int restarts;

    /** Bits that were read and not used, from the highest bit on, and their number; negative after a fault. */
    private long window;

    private int available;

    CodeReader(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
        this.lastLong = bytes.length - Long.BYTES;
    }

    boolean failed() {
        return available < 0;
    }

    /** Returns the place of the marker after the data. */
    int position() {
        return position;
    }

    /** Returns whether the data ends here with the next restart marker, and continues after it. */
    boolean restart() {
        if (!isAtMarker() || (bytes[position + 1] & 0xff) != 0xd0 + (restarts & 7)) {
            return false;
        }
        restarts++;
        position += 2;
        window = 0;
        available = 0;
        return true;
    }

    /** Returns whether less than a byte is left before a marker. */
    boolean isAtMarker() {
        fill();
        while (isMarker() && bytes[position + 1] == (byte) 0xff) {
            position++; // fill bytes
        }
        return available >= 0 && available < 8 && isMarker();
    }

    /** Skips one block of a sequential scan. */
    void skipBlock(HuffmanTable first, HuffmanTable others) {
        HuffmanTable table = first;
        long bits = window; // fields would be written after each group
        int left = available;
        int at = position;
        int coefficient = 0;
        while (coefficient < BLOCK && left >= 0) {
            // Eight bytes at a time, each time: whether they are needed is as random as the codes, and a wrong guess
            // costs more.
            long next = at <= lastLong ? Markers.eightBytes(bytes, at) : -1;
            if (Markers.mayBeIn(next)) {
                position = at;
                window = bits;
                available = left;
                fillByBytes();
                bits = window;
                left = available;
                at = position;
            } else {
                bits |= next >>> left; // the bits of a further byte are read again
                int whole = (63 - left) >> 3;
                at += whole;
                left += 8 * whole;
            }
            int group = table.groups[(int) (bits >>> (64 - HuffmanTable.SHORT))];
            int after = coefficient + HuffmanTable.coefficients(group);
            if (after < BLOCK) {
                bits <<= HuffmanTable.bits(group);
                left -= HuffmanTable.bits(group);
                coefficient = group < 0 ? BLOCK : after;
            } else {
                position = at;
                window = bits;
                available = left;
                int symbol = next(table);
                bits = window;
                left = available;
                at = position;
                coefficient = table.isEnd(symbol) ? BLOCK : coefficient + table.coefficientsOf(symbol);
            }
            table = others;
        }
        position = at;
        window = bits;
        available = coefficient > BLOCK ? FAULT : left;
    }

    /** Skips a code and the number after it, and returns the code's symbol, whose lower half is the number's size. */
    private int next(HuffmanTable table) {
        if (available < LONGEST) {
            fill();
        }
        int entry = table.shortCodes[(int) (window >>> (64 - HuffmanTable.SHORT))];
        if (entry != 0) {
            skip(entry >> 8);
            return entry & 0xff;
        }
        for (int length = HuffmanTable.SHORT + 1; length <= HuffmanTable.LONGEST_CODE; length++) {
            int code = (int) (window >>> (64 - length));
            if (code <= table.greatest[length]) {
                int symbol = bytes[table.values + table.offsets[length] + code] & 0xff;
                skip(length + (symbol & 15));
                return symbol;
            }
        }
        available = FAULT;
        return 0;
    }

    private void skip(int bits) {
        window <<= bits;
        available -= bits;
    }

    /** Reads bytes up to a marker. */
    private void fill() {
        long next = position <= lastLong ? Markers.eightBytes(bytes, position) : -1;
        if (available < 0 || Markers.mayBeIn(next)) {
            fillByBytes();
        } else {
            window |= next >>> available; // the bits of a further byte are read again
            int whole = (63 - available) >> 3;
            position += whole;
            available += 8 * whole;
        }
    }

    private void fillByBytes() {
        while (available >= 0 && available < 56) {
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
}
