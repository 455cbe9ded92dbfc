package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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

    /** What was computed on the way there, in order. */
    private static final class Tape implements AutoCloseable {
        private final List<Runnable> backwards = new ArrayList<>();
        private final IdentityHashMap<NDArray, NDArray> leaves = new IdentityHashMap<>();
        private final Set<NDArray> owned = Collections.newSetFromMap(new IdentityHashMap<>());

        NDArray record(Block block, NDArray[] inputs) {
            NDArray[] from = new NDArray[inputs.length];
            for (int i = 0; i < inputs.length; i++) {
                from[i] = leaf(inputs[i]);
            }
            NDArray result = own(Torch.withoutGradients(() -> block.of(from)));
            backwards.add(() -> {
                PtNDArray gradient = JniUtils.getGradient((PtNDArray) result);
                if (gradient != null) { // else nothing came of it
                    backward(Torch.withGradients(() -> block.of(from)), gradient, false);
                }
                result.close(); // all that was made of it is behind us
            });
            return result;
        }

        /** The tensor itself where it begins a graph, else a copy that does. */
        private NDArray leaf(NDArray tensor) {
            if (owned.contains(tensor)) {
                return tensor;
            }
            NDArray known = leaves.get(tensor);
            if (known != null) {
                return known;
            }
            NDArray leaf = own(Torch.detach(tensor));
            leaves.put(tensor, leaf);
            NDScope.unregister(tensor); // it outlives the block that made it
            backwards.add(() -> {
                PtNDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
                if (gradient != null) {
                    backward(tensor, gradient, true); // others may go through the graph behind it, too
                }
                leaf.close();
            });
            return leaf;
        }

        void unwind() {
            for (int i = backwards.size() - 1; i >= 0; i--) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    backwards.get(i).run();
                }
            }
        }

        @Override
        public void close() {
            owned.forEach(NDArray::close);
            leaves.keySet().forEach(NDArray::close);
        }

        private NDArray own(NDArray tensor) {
            NDScope.unregister(tensor);
            tensor.setRequiresGradient(true);
            owned.add(tensor);
            return tensor;
        }

        private static void backward(NDArray tensor, PtNDArray gradient, boolean keepGraph) {
            JniUtils.backward((PtNDArray) tensor, gradient, keepGraph, false);
        }
    }
}
