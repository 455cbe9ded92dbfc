package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Activation checkpointing (arXiv 1604.06174): keeps only the inputs of each block and recomputes the block in the backward
 * pass, which saves memory and costs time.
 *
 * <p>In the forward pass a block runs without gradients, and its result starts a graph of its own. In the backward pass the
 * blocks run again in reverse order, with gradients, from the same inputs, and pass the gradient of their result on to these.
 * Not thread-safe.
 */
public final class CheckpointingPass extends Pass {
    private final Pass inner;
    private @Nullable Tape tape; // of the forward pass; null in the backward pass and where no gradient is needed

    /** @param inner computes the layers */
    public CheckpointingPass(Pass inner) {
        this.inner = inner;
    }

    @Override
    public NDArray linear(NDArray x, Weight weight, @Nullable Weight bias) {
        return inner.linear(x, weight, bias);
    }

    @Override
    public NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
        return inner.conv2d(x, weight, bias, stride, padding);
    }

    @Override
    NDArray groupNorm(NDArray x, int groups, Weight weight, Weight bias, double eps) {
        return inner.groupNorm(x, groups, weight, bias, eps);
    }

    @Override
    NDArray layerNorm(NDArray x, Weight weight, Weight bias, double eps) {
        return inner.layerNorm(x, weight, bias, eps);
    }

    @Override
    public NDArray normalize(NDArray x, double eps) {
        return inner.normalize(x, eps);
    }

    @Override
    public NDArray block(Block block, NDArray... inputs) {
        return tape == null || !JniUtils.isGradMode()
                ? inner.block(block, inputs)
                : tape.record(arguments -> inner.block(block, arguments), inputs);
    }

    @Override
    public NDArray backward(Supplier<NDArray> loss) {
        try (Tape recorded = new Tape()) {
            tape = recorded;
            PtNDArray value = (PtNDArray) Torch.withGradients(loss);
            tape = null;
            JniUtils.backward(value, (PtNDArray) value.onesLike(), true, false);
            recorded.unwind();
            return value;
        } finally {
            tape = null;
        }
    }
}
