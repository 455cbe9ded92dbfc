package dev.latentstream.models.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Operators;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), by PyTorch's fused kernel, with the gradients
 * clipped by their global norm.
 *
 * <p>Not thread-safe. It owns its moments and the gradients of the weights; {@link #close} frees them.
 */
public final class AdamW implements AutoCloseable {
    /**
     * The hyperparameters of an update, without the learning rate.
     *
     * @param maxNorm gradients of a greater norm are scaled down to it
     */
    public record Config(double beta1, double beta2, double eps, double weightDecay, double maxNorm) {
        /** Betas 0.9 and 0.999, weight decay 0.01, clipping at 1: the values of the field's trainers. */
        public static Config standard() {
            return new Config(0.9, 0.999, 1e-8, 0.01, 1.0);
        }

        public Config {
            check(beta1 >= 0 && beta1 < 1, "beta1", beta1);
            check(beta2 >= 0 && beta2 < 1, "beta2", beta2);
            check(eps > 0, "eps", eps);
            check(weightDecay >= 0, "weight decay", weightDecay);
            check(maxNorm > 0, "gradient norm bound", maxNorm);
        }

        private static void check(boolean ok, String name, double value) {
            if (!ok) {
                throw new IllegalArgumentException("%s %s is out of range".formatted(name, value));
            }
        }
    }

    /** Moments and step count of each weight; PyTorch's kernel takes the count as a tensor per weight. */
    record State(List<NDArray> means, List<NDArray> squares, List<NDArray> steps) {}

    private final Config config;
    private final NDManager manager;
    private final List<String> names;
    private final List<NDArray> weights;
    private final List<NDArray> gradients;
    private final State state;

    /** Makes every weight of the network trainable, with moments of zero. */
    public AdamW(Layer network, Config config) {
        this.config = config;
        Map<String, Weight> named = network.weights();
        names = List.copyOf(named.keySet());
        weights = named.values().stream().map(Weight::value).toList();
        manager = weights.get(0).getManager().newSubManager();
        weights.forEach(w -> w.setRequiresGradient(true));
        gradients = weights.stream().map(this::gradient).toList();
        zeroGradients();
        state = new State(
                zeros(),
                zeros(),
                weights.stream().map(w -> owned(manager.zeros(new Shape()))).toList());
    }

    /** Sets the accumulated gradients to zero. */
    public void zeroGradients() {
        Torch.zero(gradients);
    }

    /**
     * Updates the weights by the accumulated gradients.
     *
     * @return norm of the gradients before clipping, a scalar that stays on the device
     */
    public NDArray step(double rate) {
        NDArray norm = Torch.clip(gradients, config.maxNorm());
        Torch.withoutGradients(() -> {
            update(rate);
            return norm;
        });
        return norm;
    }

    private void update(double rate) {
        Operators.execute(
                "adamw",
                weights,
                gradients,
                state.means(),
                state.squares(),
                state.steps(),
                rate,
                config.beta1(),
                config.beta2(),
                config.weightDecay(),
                config.eps());
    }

    /** The moments by name, for a checkpoint: {@code <weight>.exp_avg}, {@code <weight>.exp_avg_sq}, {@code <weight>.step}. */
    public Map<String, NDArray> moments() {
        Map<String, NDArray> moments = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            moments.put(names.get(i) + ".exp_avg", state.means().get(i));
            moments.put(names.get(i) + ".exp_avg_sq", state.squares().get(i));
            moments.put(names.get(i) + ".step", state.steps().get(i));
        }
        return moments;
    }

    /** Restores the moments of a checkpoint. */
    public void load(Safetensors file) throws IOException {
        Weights.restore(moments(), file);
    }

    @Override
    public void close() {
        manager.close();
    }

    private List<NDArray> zeros() {
        List<NDArray> zeros = new ArrayList<>(weights.size());
        for (NDArray weight : weights) {
            zeros.add(owned(manager.zeros(weight.getShape(), DataType.FLOAT32)));
        }
        return List.copyOf(zeros);
    }

    /** PyTorch allocates the gradient of a weight in the first backward pass; later passes add to it in place. */
    private NDArray gradient(NDArray weight) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Torch.backward(weight::sum);
            return owned(JniUtils.getGradient((PtNDArray) weight));
        }
    }

    /** Moves a tensor from the current scope to this optimiser's manager. */
    private NDArray owned(NDArray tensor) {
        NDScope.unregister(tensor);
        tensor.attach(manager);
        return tensor;
    }
}
