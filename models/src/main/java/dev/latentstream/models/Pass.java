package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * One trip through a network: what its weights are computed with.
 *
 * <p>A layer hands its weights to the pass, not to {@link Torch}; so a pass decides how a network computes, or whether it
 * computes at all ({@link MacCounter}).
 */
public class Pass {
    /** Computes in the type of the weights. */
    public static final Pass PLAIN = new Pass();

    Pass() {}

    NDArray value(Weight weight) {
        return weight.value();
    }

    /** x (..., I), weight (O, I), bias (O) -> (..., O) */
    NDArray linear(NDArray x, Weight weight, @Nullable Weight bias) {
        return bias == null ? Torch.linear(x, value(weight)) : Torch.linear(x, value(weight), value(bias));
    }

    /** x (B, I, H, W), weight (O, I, K, K), bias (O) -> (B, O, H', W') */
    NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
        return bias == null
                ? Torch.conv2d(x, value(weight), stride, padding)
                : Torch.conv2d(x, value(weight), value(bias), stride, padding);
    }
}
