package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/** Splits the last axis into attention heads, and joins them again. */
public final class Heads {
    private Heads() {}

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
