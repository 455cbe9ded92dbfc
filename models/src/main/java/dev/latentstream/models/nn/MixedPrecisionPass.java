package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies in bfloat16, as PyTorch's autocast does: linear layers, convolutions and attention, with what lies between them.
 * Norms are computed in 32 bits, and so are the weights and their gradients kept.
 */
public final class MixedPrecisionPass extends Pass {
    @Override
    public NDArray linear(NDArray x, Weight weight, @Nullable Weight bias) {
        return bias == null
                ? Torch.linear(low(x), low(value(weight)))
                : Torch.linear(low(x), low(value(weight)), low(value(bias)));
    }

    @Override
    public NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
        return bias == null
                ? Torch.conv2d(low(x), low(value(weight)), stride, padding)
                : Torch.conv2d(low(x), low(value(weight)), low(value(bias)), stride, padding);
    }

    @Override
    NDArray groupNorm(NDArray x, int groups, Weight weight, Weight bias, double eps) {
        return super.groupNorm(Torch.cast(x, Torch.FLOAT32), groups, weight, bias, eps);
    }

    @Override
    NDArray layerNorm(NDArray x, Weight weight, Weight bias, double eps) {
        return super.layerNorm(Torch.cast(x, Torch.FLOAT32), weight, bias, eps);
    }

    @Override
    public NDArray normalize(NDArray x, double eps) {
        return super.normalize(Torch.cast(x, Torch.FLOAT32), eps);
    }

    private static NDArray low(NDArray x) {
        return Torch.cast(x, Torch.BFLOAT16);
    }
}
