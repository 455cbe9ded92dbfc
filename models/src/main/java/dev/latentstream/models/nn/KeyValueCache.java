package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Keys and values of past tokens, for each layer of a decoder. */
public final class KeyValueCache {
    private List<KeyValues> layers = List.of();

    /** Number of past tokens, U. */
    public long length() {
        return layers.isEmpty() ? 0 : layers.get(0).keys().getShape().get(2);
    }

    /** Replaces every tensor, for example by the rows of the beams that continue. */
    public void replace(UnaryOperator<NDArray> function) {
        layers = layers.stream().map(keyValues -> keyValues.map(function)).toList();
    }

    public List<NDArray> tensors() {
        return layers.stream().flatMap(m -> Stream.of(m.keys(), m.values())).toList();
    }

    /** A layer's keys and values of past tokens, then those of the T new ones: (B, N, U + T, H) */
    public KeyValues append(int layer, KeyValues added) {
        if (layers.isEmpty()) {
            return added;
        }
        KeyValues past = layers.get(layer);
        return new KeyValues(past.keys().concat(added.keys(), 2), past.values().concat(added.values(), 2));
    }

    /** Replaces the cache by the results of {@link #append}, one for each layer. */
    public void update(List<KeyValues> appended) {
        layers = List.copyOf(appended);
    }
}
