package dev.latentstream.ingest.image.jpeg;

import java.util.Arrays;

/** A Huffman table (ITU-T T.81, annex C and figure F.15). */
final class HuffmanTable {
    static final int SHORT = 10; // bits of codes that are looked up at once
    static final int LONGEST_CODE = 16;
    private static final int NO_GROUP = 64 << 6; // as if of more coefficients than a block has

    /** Length of the code that begins so and of its number, and its symbol; 0 if the code is longer, or does not exist. */
    final short[] shortCodes = new short[1 << SHORT];

    /**
     * All codes that are whole in the bits looked up: the length of them with their numbers, in six bits, above them how many
     * coefficients they are about, and negative if the block ends with them.
     */
    final int[] groups;

    private final boolean ofFirst;
    final int[] greatest = new int[LONGEST_CODE + 1];
    final int[] offsets = new int[LONGEST_CODE + 1];
    final int values;
    final int size;
    final int largestSymbol;

    /** Reads the 16 numbers of codes of each length, and the symbols after them. */
    HuffmanTable(byte[] bytes, int at, boolean ofFirst) {
        this.ofFirst = ofFirst;
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
        groups = groups();
    }

    private int[] groups() {
        int[] all = new int[1 << SHORT];
        for (int i = 0; i < all.length; i++) {
            all[i] = group(i);
        }
        return all;
    }

    private int group(int start) {
        int used = 0;
        int coefficients = 0;
        while (used < SHORT && !(ofFirst && used > 0)) {
            int entry = shortCodes[(start << used) & ((1 << SHORT) - 1)];
            int symbol = entry & 0xff;
            int whole = entry >> 8;
            if (entry == 0 || used + whole - (symbol & 15) > SHORT) {
                break; // the code continues beyond the bits looked up
            }
            used += whole;
            if (isEnd(symbol)) {
                return Integer.MIN_VALUE | coefficients << 6 | used;
            }
            coefficients += coefficientsOf(symbol);
        }
        return used == 0 ? NO_GROUP : coefficients << 6 | used;
    }

    /** Returns whether all further coefficients of a block are zero. */
    boolean isEnd(int symbol) {
        return !ofFirst && (symbol & 15) == 0 && symbol < 0xf0;
    }

    /** Returns how many coefficients a symbol is about: zeros and one more, or the first. */
    int coefficientsOf(int symbol) {
        return ofFirst ? 1 : (symbol >> 4) + 1;
    }

    static int bits(int group) {
        return group & 63;
    }

    static int coefficients(int group) {
        return (group & Integer.MAX_VALUE) >> 6;
    }
}
