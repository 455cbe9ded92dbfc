package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass: how a network computes with its weights.
 *
 * <p>A layer hands its weights to the pass rather than to {@link Torch}. The pass therefore decides in which type a network
 * computes, what it keeps for the backward pass, and whether it computes at all ({@link MacCounter}).
 */
public class Pass {
    /** Computes in the type of the weights, and keeps all activations for the backward pass. */
    public static final Pass PLAIN = new Pass();

    protected Pass() {}

    /** A part of a network that is a function of its inputs and its weights alone. */
    @FunctionalInterface
    public interface Block {
        NDArray of(NDArray... inputs);
    }

    public NDArray value(Weight weight) {
        return weight.value();
    }

    /** x (..., I), weight (O, I), bias (O) -> (..., O) */
    public NDArray linear(NDArray x, Weight weight, @Nullable Weight bias) {
        return bias == null ? Torch.linear(x, value(weight)) : Torch.linear(x, value(weight), value(bias));
    }

    /** x (B, I, H, W), weight (O, I, K, K), bias (O) -> (B, O, H', W') */
    public NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
        return bias == null
                ? Torch.conv2d(x, value(weight), stride, padding)
                : Torch.conv2d(x, value(weight), value(bias), stride, padding);
    }

    /** (B, C, ...) -> same */
    NDArray groupNorm(NDArray x, int groups, Weight weight, Weight bias, double eps) {
        return Torch.groupNorm(x, groups, value(weight), value(bias), eps);
    }

    /** (..., D) -> same */
    NDArray layerNorm(NDArray x, Weight weight, Weight bias, double eps) {
        return Torch.layerNorm(x, value(weight), value(bias), eps);
    }

    /** x (..., D) -> same; the last axis to mean 0 and variance 1 */
    public NDArray normalize(NDArray x, double eps) {
        return Torch.normalize(x, eps);
    }

    /**
     * Computes a block. Its inputs are exactly the tensors that depend on weights outside the block: a tensor that it merely
     * captures gets no gradient where the block is recomputed ({@link CheckpointingPass}).
     */
    public NDArray block(Block block, NDArray... inputs) {
        return Torch.scoped(() -> block.of(inputs));
    }

    /** See {@link Torch#backward}. */
    public NDArray backward(Supplier<NDArray> loss) {
        return Torch.backward(loss);
    }
}
