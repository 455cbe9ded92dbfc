package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Layers in sequence, named by their index as in PyTorch's {@code nn.Sequential}, where steps without weights count too. */
public final class Sequence extends Layer {
    /** A call of a layer's {@code forward}. */
    public interface Forward<L extends Layer> {
        NDArray forward(L layer, Pass pass, NDArray x);
    }

    private interface Step {
        NDArray forward(Pass pass, NDArray x);
    }

    private final List<Step> steps = new ArrayList<>();

    /** Adds a layer with weights. */
    public <L extends Layer> void then(L layer, Forward<L> forward) {
        child(Integer.toString(steps.size()), layer);
        steps.add((pass, x) -> forward.forward(layer, pass, x));
    }

    /** Adds a function without weights. */
    public void then(UnaryOperator<NDArray> function) {
        steps.add((pass, x) -> function.apply(x));
    }

    public NDArray forward(Pass pass, NDArray x) {
        NDArray result = x;
        for (Step step : steps) {
            NDArray input = result;
            result = Torch.scoped(() -> step.forward(pass, input));
        }
        return result;
    }
}
