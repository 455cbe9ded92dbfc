package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** A square convolution: (B, I, H, W) -> (B, O, H', W'), padded so that stride 1 keeps H and W, unless it is unpadded. */
public final class Conv extends Layer {
    private final int stride;
    private final int padding;
    private final Weight weight;
    private final @Nullable Weight bias;

    private Conv(int in, int out, int kernel, int stride, int padding, Initializer init, boolean biased) {
        this.stride = stride;
        this.padding = padding;
        weight = weight("weight", init, out, in, kernel, kernel);
        bias = biased ? weight("bias", Initializer.ZEROS, out) : null;
    }

    public static Conv of(int in, int out, int kernel) {
        return strided(in, out, kernel, 1);
    }

    public static Conv strided(int in, int out, int kernel, int stride) {
        return new Conv(in, out, kernel, stride, kernel / 2, Initializer.fanIn((long) in * kernel * kernel), true);
    }

    public static Conv unpadded(int in, int out, int kernel, int stride) {
        return unpadded(in, out, kernel, stride, Initializer.fanIn((long) in * kernel * kernel));
    }

    public static Conv unpadded(int in, int out, int kernel, int stride, Initializer init) {
        return new Conv(in, out, kernel, stride, 0, init, true);
    }

    public static Conv withoutBias(int in, int out, int kernel, int stride) {
        return new Conv(in, out, kernel, stride, kernel / 2, Initializer.fanIn((long) in * kernel * kernel), false);
    }

    /** Initialised to zero, so that its branch has no effect at first. */
    public static Conv zero(int in, int out, int kernel) {
        return new Conv(in, out, kernel, 1, kernel / 2, Initializer.ZEROS, true);
    }

    public NDArray forward(Pass pass, NDArray x) {
        return pass.conv2d(x, weight, bias, stride, padding);
    }
}
