package dev.latentstream.ingest.image;

import java.nio.ByteBuffer;

/** LZW decompression, with the code layout of GIF (GIF89a, appendix F) or TIFF (TIFF 6.0, section 13). */
final class Lzw {
    /** The order of bits in codes, and when codes grow longer. */
    enum Layout {
        /** Codes begin at the lowest bit of a byte. */
        GIF,
        /** Codes begin at the highest bit of a byte, and grow one code earlier. */
        TIFF
    }

    private static final int MAX_CODE_BITS = 12;
    private static final int MAX_CODES = 1 << MAX_CODE_BITS;

    private final ByteBuffer compressed;
    private final Layout layout;
    private final int literalBits;
    private final int[] prefixes = new int[MAX_CODES];
    private final byte[] suffixes = new byte[MAX_CODES];
    private final int[] lengths = new int[MAX_CODES];
    private int codes;
    private int codeBits;
    private int bits;
    private int bitCount;

    private Lzw(ByteBuffer compressed, Layout layout, int literalBits) {
        this.compressed = compressed.slice();
        this.layout = layout;
        this.literalBits = literalBits;
        for (int literal = 0; literal < 1 << literalBits; literal++) {
            suffixes[literal] = (byte) literal;
            lengths[literal] = 1;
        }
        clear();
    }

    /**
     * Decompresses until the output is full; surplus data is ignored.
     *
     * @param literalBits bits of a literal, 1 to 11
     * @return the number of bytes written, fewer than the output has where the data ends early
     */
    static int decompress(ByteBuffer compressed, Layout layout, int literalBits, byte[] output) {
        return new Lzw(compressed, layout, literalBits).decompress(output);
    }

    private int decompress(byte[] output) {
        int clear = 1 << literalBits;
        int written = 0;
        int previous = -1;
        while (written < output.length) {
            int code = nextCode();
            if (code < 0 || code == clear + 1) {
                return written;
            }
            if (code == clear) {
                clear();
                previous = -1;
                continue;
            }
            if (code > codes || (code == codes && previous < 0)) {
                throw BadImageException.damaged("code %d".formatted(code), "" + codes, "the LZW data is damaged");
            }
            boolean known = code < codes;
            int first = written;
            written = write(known ? code : previous, output, written);
            if (!known && written < output.length) {
                output[written++] = output[first];
            }
            learn(previous, output[first]);
            previous = code;
        }
        return written;
    }

    private void clear() {
        codes = (1 << literalBits) + 2;
        codeBits = literalBits + 1;
    }

    /** Returns the next code; negative at the end of the data. */
    private int nextCode() {
        while (bitCount < codeBits) {
            if (!compressed.hasRemaining()) {
                return -1;
            }
            int next = compressed.get() & 0xff;
            bits = layout == Layout.GIF ? bits | next << bitCount : bits << 8 | next;
            bitCount += 8;
        }
        bitCount -= codeBits;
        int mask = (1 << codeBits) - 1;
        if (layout == Layout.TIFF) {
            return bits >> bitCount & mask;
        }
        int code = bits & mask;
        bits >>>= codeBits;
        return code;
    }

    /** Writes the string of a code, from its last byte to its first; what exceeds the output is dropped. */
    private int write(int code, byte[] output, int position) {
        int end = position + lengths[code];
        int string = code;
        for (int i = end - 1; i >= position; i--) {
            if (i < output.length) {
                output[i] = suffixes[string];
            }
            string = prefixes[string];
        }
        return Math.min(end, output.length);
    }

    /** Adds a string to the table. A full table is kept as it is until the next clear code. */
    private void learn(int previous, byte suffix) {
        if (previous < 0 || codes == MAX_CODES) {
            return;
        }
        prefixes[codes] = previous;
        suffixes[codes] = suffix;
        lengths[codes] = lengths[previous] + 1;
        codes++;
        int early = layout == Layout.TIFF ? 1 : 0;
        if (codes + early >= 1 << codeBits && codeBits < MAX_CODE_BITS) {
            codeBits++;
        }
    }
}
