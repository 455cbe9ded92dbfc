package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.latentstream.models.nn.Pass.Block;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The backward steps of the blocks that a {@link CheckpointingPass} ran, in the order of the forward pass. */
final class Tape implements AutoCloseable {
    private final List<Runnable> backwards = new ArrayList<>();
    private final IdentityHashMap<NDArray, NDArray> leaves = new IdentityHashMap<>();
    private final Set<NDArray> owned = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Runs a block without gradients, and records how its gradients are computed. */
    NDArray record(Block block, NDArray[] inputs) {
        NDArray[] from = new NDArray[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            from[i] = leaf(inputs[i]);
        }
        NDArray result = own(Torch.withoutGradients(() -> block.of(from)));
        backwards.add(() -> {
            PtNDArray gradient = JniUtils.getGradient((PtNDArray) result);
            if (gradient != null) { // else the loss does not depend on it
                backward(Torch.withGradients(() -> block.of(from)), gradient, false);
            }
            result.close(); // every block that used it is done
        });
        return result;
    }

    /** The tensor itself where it starts a graph, else a copy that does. */
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
        NDScope.unregister(tensor); // it outlives the scope that created it
        backwards.add(() -> {
            PtNDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
            if (gradient != null) {
                backward(tensor, gradient, true); // other leaves may share its graph
            }
            leaf.close();
        });
        return leaf;
    }

    /** Runs the recorded steps, the last one first. */
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
