package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** A matrix and a bias: (..., I) -> (..., O). */
final class Linear extends Layer {
    private final Weight weight;
    private final @Nullable Weight bias;

    private Linear(long in, long out, Init init, boolean biased) {
        weight = weight("weight", init, out, in);
        bias = biased ? weight("bias", Init.ZEROS, out) : null;
    }

    static Linear of(long in, long out) {
        return new Linear(in, out, Init.fanIn(in), true);
    }

    static Linear of(long in, long out, Init init) {
        return new Linear(in, out, init, true);
    }

    static Linear withoutBias(long in, long out) {
        return withoutBias(in, out, Init.fanIn(in));
    }

    static Linear withoutBias(long in, long out, Init init) {
        return new Linear(in, out, init, false);
    }

    NDArray forward(Pass pass, NDArray x) {
        return pass.linear(x, weight, bias);
    }
}
