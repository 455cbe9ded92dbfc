package dev.latentstream.app.bench;

/** Black PNG files of 8 bits of grey, chunk by chunk: sound ones and others that no encoder writes. */
public final class TestPng {
    /** Columns and rows between the pixels of each pass of an interlaced file. */
    private static final int[][] ADAM7 = {{8, 8}, {8, 8}, {4, 8}, {4, 4}, {2, 4}, {2, 2}, {1, 2}};

    private TestPng() {}

    /** Returns a square file whose passes its decoder has to merge, which takes some seconds for 100 million pixels. */
    public static byte[] interlaced(int side) {
        if (side % 8 != 0) {
            throw new IllegalArgumentException("side %d is not a multiple of 8".formatted(side));
        }
        long zeros = 0;
        for (int[] pass : ADAM7) {
            zeros += (long) (side / pass[1]) * (1 + side / pass[0]);
        }
        return file(side, 1, zeros);
    }

    /** Returns a square file that inflates to so many zeros, whatever its size needs. */
    public static byte[] inflatingTo(int side, long zeros) {
        return file(side, 0, zeros);
    }

    private static byte[] file(int side, int interlacing, long zeros) {
        return HostileFiles.png(side, interlacing, HostileFiles.zeros(zeros));
    }

    /** Inserts a chunk after the header chunk. */
    public static byte[] withChunk(byte[] png, String type, byte[] data) {
        return HostileFiles.withChunk(png, type, data);
    }
}
