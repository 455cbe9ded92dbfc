package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The mean colours of 3x3 cells of a window, which distinguish images of the same forms in other colours, whose hashes are near. */
final class Colours {
    /** Cells in each direction. */
    static final int CELLS = 3;

    static final int CHANNELS = 3;

    /** Bytes of the colours of one window. */
    static final int BYTES = CELLS * CELLS * CHANNELS;

    /** A copy may be so much brighter, with white where nothing brighter is left. */
    private static final double BRIGHTEST = 1.3;

    private static final double STEP = 0.02;
    private static final int WHITE = 255;

    private final byte[] levels;

    private Colours(byte[] levels) {
        this.levels = levels;
    }

    static Colours read(ByteBuffer bytes) {
        byte[] levels = new byte[BYTES];
        bytes.get(levels);
        return new Colours(levels);
    }

    void write(ByteBuffer bytes) {
        bytes.put(levels);
    }

    /** Returns the root of the mean square of the differences in levels, once one of the two is made as bright as the other. */
    double distance(Colours other) {
        double least = Double.MAX_VALUE;
        for (double gain = 1; gain <= BRIGHTEST; gain += STEP) {
            least = Math.min(least, Math.min(squares(levels, other.levels, gain), squares(other.levels, levels, gain)));
        }
        return Math.sqrt(least / BYTES);
    }

    private static double squares(byte[] bright, byte[] dark, double gain) {
        double sum = 0;
        for (int i = 0; i < BYTES; i++) {
            double difference = (bright[i] & 0xff) - Math.min(WHITE, gain * (dark[i] & 0xff));
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Colours colours && Arrays.equals(levels, colours.levels);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(levels);
    }
}
