package dev.latentstream.models.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import dev.latentstream.models.weights.TensorStore;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An exponential moving average of a network's weights, for sampling. Not thread-safe. */
public final class Ema implements AutoCloseable {
    private final double decay;
    private final NDManager manager;
    private final Map<String, NDArray> averages = new LinkedHashMap<>();
    private final List<NDArray> weights;
    private final List<NDArray> values;

    /**
     * Starts at the current weights.
     *
     * @param decay weight of the previous average, for example 0.999
     */
    public Ema(Layer network, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("decay %s is not in [0, 1)".formatted(decay));
        }
        this.decay = decay;
        weights = network.weights().values().stream().map(Weight::value).toList();
        manager = weights.get(0).getManager().newSubManager();
        network.weights().forEach((name, weight) -> {
            NDArray average = manager.zeros(weight.shape(), weight.value().getDataType());
            NDScope.unregister(average);
            averages.put(name, average);
        });
        values = List.copyOf(averages.values());
        Torch.withoutGradients(() -> {
            Torch.copy(values, weights);
            return values;
        });
    }

    /**
     * Moves the average towards the weights.
     *
     * @param step counts from 0; early averages forget faster: the decay is at most (1 + step) / (10 + step)
     */
    public void update(long step) {
        double effective = Math.min(decay, (1.0 + step) / (10.0 + step));
        Torch.withoutGradients(() -> {
            Torch.lerp(values, weights, 1 - effective);
            return values;
        });
    }

    /** Makes a network of the same shape compute with the averages, now and after each update. */
    public void lendTo(Layer twin) {
        twin.weights().forEach((name, weight) -> weight.set(Objects.requireNonNull(averages.get(name), name)));
    }

    /** Restores the averages of a checkpoint. */
    public void load(TensorStore file) throws IOException {
        Weights.restore(averages, file);
    }

    /** The averages by the names of their weights. */
    public Map<String, NDArray> averages() {
        return Map.copyOf(averages);
    }

    @Override
    public void close() {
        manager.close();
    }
}
