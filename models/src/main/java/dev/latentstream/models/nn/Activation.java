package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/** An activation function that a checkpoint's config names ({@code act_fn}, {@code hidden_act}). */
public enum Activation {
    SILU,
    GELU,
    /** GELU approximated by x sigmoid(1.702 x), as in OpenAI's CLIP. */
    QUICK_GELU;

    public NDArray of(NDArray x) {
        return switch (this) {
            case SILU -> Torch.silu(x);
            case GELU -> Torch.gelu(x);
            case QUICK_GELU -> Torch.quickGelu(x);
        };
    }
}
