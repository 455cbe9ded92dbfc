package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of each block its inputs alone and computes it again on the way back (arXiv 1604.06174): memory for time.
 *
 * <p>On the way there a block is computed without gradients, and its result begins a graph of its own. On the way back, blocks in
 * reverse, each is computed again with gradients, from the same inputs, and passes its result's gradient on to them. One thread.
 */
public final class CheckpointingPass extends Pass {
    private final Pass inner;
    private @Nullable Tape tape; // of the way there; null on the way back and where no gradient is asked for

    /** @param inner computes */
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
        try (Tape there = new Tape()) {
            tape = there;
            PtNDArray value = (PtNDArray) Torch.withGradients(loss);
            tape = null;
            JniUtils.backward(value, (PtNDArray) value.onesLike(), true, false);
            there.unwind();
            return value;
        } finally {
            tape = null;
        }
    }
}
