package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/** Layer normalisation over the last axis: (..., D) -> same. */
public final class LayerNorm extends Layer {
    private final double eps;
    private final Weight weight;
    private final Weight bias;

    public LayerNorm(long width, double eps) {
        this.eps = eps;
        weight = weight("weight", Initializer.ONES, width);
        bias = weight("bias", Initializer.ZEROS, width);
    }

    public NDArray forward(Pass pass, NDArray x) {
        return pass.layerNorm(x, weight, bias, eps);
    }
}
