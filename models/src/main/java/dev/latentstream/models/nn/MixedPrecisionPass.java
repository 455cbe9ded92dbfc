package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Computes in bfloat16 as PyTorch's autocast does: linear layers, convolutions and attention, and what lies between them.
 * Norms are computed in 32 bits; weights and their gradients stay in 32 bits.
 */
public final class MixedPrecisionPass extends Pass {
    @Override
    public NDArray linear(NDArray x, Weight weight, @Nullable Weight bias) {
        return bias == null
                ? Torch.linear(bfloat16(x), bfloat16(value(weight)))
                : Torch.linear(bfloat16(x), bfloat16(value(weight)), bfloat16(value(bias)));
    }

    @Override
    public NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
        return bias == null
                ? Torch.conv2d(bfloat16(x), bfloat16(value(weight)), stride, padding)
                : Torch.conv2d(bfloat16(x), bfloat16(value(weight)), bfloat16(value(bias)), stride, padding);
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

    private static NDArray bfloat16(NDArray x) {
        return Torch.cast(x, Torch.BFLOAT16);
    }
}
