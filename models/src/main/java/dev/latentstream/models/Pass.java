package dev.latentstream.models;

import ai.djl.ndarray.NDArray;

/** One trip through a network: what its weights are computed with. */
public final class Pass {
    /** Computes in the type of the weights. */
    public static final Pass PLAIN = new Pass();

    private Pass() {}

    NDArray value(Weight weight) {
        return weight.value();
    }
}
