package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** A linear layer: (..., I) -> (..., O). */
public final class Linear extends Layer {
    private final Weight weight;
    private final @Nullable Weight bias;

    private Linear(long in, long out, Initializer init, boolean biased) {
        weight = weight("weight", init, out, in);
        bias = biased ? weight("bias", Initializer.ZEROS, out) : null;
    }

    public static Linear of(long in, long out) {
        return new Linear(in, out, Initializer.fanIn(in), true);
    }

    public static Linear of(long in, long out, Initializer init) {
        return new Linear(in, out, init, true);
    }

    public static Linear withoutBias(long in, long out) {
        return withoutBias(in, out, Initializer.fanIn(in));
    }

    public static Linear withoutBias(long in, long out, Initializer init) {
        return new Linear(in, out, init, false);
    }

    public NDArray forward(Pass pass, NDArray x) {
        return pass.linear(x, weight, bias);
    }
}
