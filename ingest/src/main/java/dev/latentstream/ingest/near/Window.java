package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The features of a window of an image: the hash of its forms, and its colours. */
record Window(NearHash hash, Colours colours) {
    /** Bytes of one window. */
    static final int BYTES = NearHash.BYTES + Colours.BYTES;

    /**
     * Largest distance of the colours of copies, in levels: measured, 99 % of crops differ in at most 4, and 99 % of copies that are a fifth brighter,
     * of which the brightest colours are cut off, in 10. Other things in the same place differ in 7 at least, and as a rule in 20.
     */
    private static final double MOST_OF_CROPS = 6;

    private static final double MOST_OF_WHOLE_IMAGES = 12;

    static Window read(ByteBuffer bytes) {
        return new Window(NearHash.read(bytes), Colours.read(bytes));
    }

    /** Returns whether the windows of an image can be read: not if an earlier version made them. */
    static boolean areReadable(ByteBuffer bytes) {
        return bytes.remaining() >= BYTES && bytes.remaining() % BYTES == 0;
    }

    /** Reads windows that are written one after the other; none that an earlier version made. */
    static List<Window> readAll(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        List<Window> windows = new ArrayList<>();
        while (areReadable(rest)) {
            windows.add(read(rest));
        }
        return List.copyOf(windows);
    }

    void write(ByteBuffer bytes) {
        hash.write(bytes);
        colours.write(bytes);
    }

    /**
     * Returns the least distance to one of the windows of an image whose colours are those of this one; empty if it is above a bound.
     *
     * @param windows the first of which is that of the whole image
     * @param most the bound, in bits
     */
    OptionalInt distance(List<Window> windows, int most) {
        int least = most + 1;
        for (int i = 0; i < windows.size(); i++) {
            int distance = hash.distance(windows.get(i).hash());
            if (distance < least
                    && colours.distance(windows.get(i).colours()) <= (i == 0 ? MOST_OF_WHOLE_IMAGES : MOST_OF_CROPS)) {
                least = distance;
            }
        }
        return least > most ? OptionalInt.empty() : OptionalInt.of(least);
    }
}
