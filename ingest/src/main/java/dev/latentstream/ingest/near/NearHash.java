package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A perceptual hash of 256 bits, and its bands: groups of 16 bits, of which near images have at least one in common. */
record NearHash(long first, long second, long third, long fourth) {
    /** Bytes of one hash. */
    static final int BYTES = 4 * Long.BYTES;

    /** Bits of a band. */
    static final int BAND_BITS = 16;

    private static final int FREQUENCIES = 16;

    /** The numbers of the bits, those of low frequencies first, which a crop changes least. */
    private static final int[] ORDER = IntStream.range(0, FREQUENCIES * FREQUENCIES)
            .boxed()
            .sorted(Comparator.comparingInt(NearHash::squaredFrequency))
            .mapToInt(Integer::intValue)
            .toArray();

    static NearHash read(ByteBuffer bytes) {
        return new NearHash(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    void write(ByteBuffer bytes) {
        bytes.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }

    /** Returns the number of bits in which two hashes differ. */
    int distance(NearHash other) {
        return Long.bitCount(first ^ other.first)
                + Long.bitCount(second ^ other.second)
                + Long.bitCount(third ^ other.third)
                + Long.bitCount(fourth ^ other.fourth);
    }

    /** Returns the bits of a band as a number below 65,536. */
    int band(int number) {
        int bits = 0;
        for (int i = number * BAND_BITS; i < (number + 1) * BAND_BITS; i++) {
            bits = bits << 1 | bit(ORDER[i]);
        }
        return bits;
    }

    private int bit(int number) {
        long word =
                switch (number / Long.SIZE) {
                    case 0 -> first;
                    case 1 -> second;
                    case 2 -> third;
                    default -> fourth;
                };
        return (int) (word >>> number % Long.SIZE & 1);
    }

    private static int squaredFrequency(int bit) {
        int vertical = bit / FREQUENCIES + 1;
        int horizontal = bit % FREQUENCIES + 1;
        return vertical * vertical + horizontal * horizontal;
    }
}
