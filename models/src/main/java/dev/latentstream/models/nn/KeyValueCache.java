package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What the layers of a decoder remember of the tokens read so far. */
public final class KeyValueCache {
    private List<KeyValues> layers = List.of();

    /** Tokens read so far, U. */
    public long length() {
        return layers.isEmpty() ? 0 : layers.get(0).keys().getShape().get(2);
    }

    /** Replaces every tensor, for example by the rows of the beams that go on. */
    public void replace(UnaryOperator<NDArray> function) {
        layers = layers.stream().map(keyValues -> keyValues.map(function)).toList();
    }

    public List<NDArray> tensors() {
        return layers.stream().flatMap(m -> Stream.of(m.keys(), m.values())).toList();
    }

    /** What a layer has read before, and now: (B, N, U + T, H) */
    public KeyValues append(int layer, KeyValues now) {
        if (layers.isEmpty()) {
            return now;
        }
        KeyValues before = layers.get(layer);
        return new KeyValues(
                before.keys().concat(now.keys(), 2), before.values().concat(now.values(), 2));
    }

    /** Takes what {@link #append} made of each layer in place of what was read before. */
    public void update(List<KeyValues> read) {
        layers = List.copyOf(read);
    }
}
