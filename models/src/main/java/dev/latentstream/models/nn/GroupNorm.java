package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/** Group normalisation: (B, C, ...) -> same. */
public final class GroupNorm extends Layer {
    private final int groups;
    private final double eps;
    private final Weight weight;
    private final Weight bias;

    public GroupNorm(int groups, int channels, double eps) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException("%d channels do not split into %d groups".formatted(channels, groups));
        }
        this.groups = groups;
        this.eps = eps;
        weight = weight("weight", Initializer.ONES, channels);
        bias = weight("bias", Initializer.ZEROS, channels);
    }

    public NDArray forward(Pass pass, NDArray x) {
        return pass.groupNorm(x, groups, weight, bias, eps);
    }
}
