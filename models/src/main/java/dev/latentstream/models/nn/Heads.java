package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/** Splits the last axis into attention heads, and joins them again. */
public final class Heads {
    private Heads() {}

    /** Refuses a width that is no multiple of the number of heads. */
    public static void requireSplit(int width, int heads) {
        if (heads < 1 || width < 1 || width % heads != 0) {
            throw new IllegalArgumentException("width %d does not split into %d heads".formatted(width, heads));
        }
    }

    /** (B, T, N H) -> (B, N, T, H) */
    public static NDArray split(NDArray x, int heads) {
        long batch = x.getShape().get(0);
        long length = x.getShape().get(1);
        return x.reshape(batch, length, heads, -1).transpose(0, 2, 1, 3);
    }

    /** (B, N, T, H) -> (B, T, N H) */
    public static NDArray join(NDArray x) {
        long batch = x.getShape().get(0);
        long length = x.getShape().get(2);
        return x.transpose(0, 2, 1, 3).reshape(batch, length, -1);
    }
}
