package dev.latentstream.models.nn;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A part of a network: it names its weights and children, and a subclass adds one typed {@code forward}.
 *
 * <p>Weights have the full names of published checkpoints, for example {@code down_blocks.0.resnets.1.conv1.weight}, and
 * shapes before they have values, so that a network can be counted and checked without memory.
 */
public abstract class Layer {
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Map<String, Layer> children = new LinkedHashMap<>();
    private final List<Layer> inline = new ArrayList<>();

    /** All weights by full name, in the order of their creation. */
    public final Map<String, Weight> weights() {
        Map<String, Weight> all = new LinkedHashMap<>();
        collect("", all);
        return all;
    }

    /** Number of trained parameters. */
    public final long parameters() {
        return weights().values().stream().mapToLong(w -> w.shape().size()).sum();
    }

    protected final Weight weight(String name, Initializer init, long... shape) {
        Weight weight = new Weight(new Shape(shape), init);
        if (weights.put(name, weight) != null) {
            throw new IllegalStateException("two weights are named " + name);
        }
        return weight;
    }

    protected final <L extends Layer> L child(String name, L layer) {
        if (children.put(name, layer) != null) {
            throw new IllegalStateException("two children are named " + name);
        }
        return layer;
    }

    /** A child whose weights get no prefix. */
    protected final <L extends Layer> L inline(L layer) {
        inline.add(layer);
        return layer;
    }

    /** {@code count} children named {@code name.0}, {@code name.1}, ... */
    protected final <L extends Layer> List<L> children(String name, int count, IntFunction<L> make) {
        List<L> made = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            made.add(child(name + "." + i, make.apply(i)));
        }
        return List.copyOf(made);
    }

    private void collect(String prefix, Map<String, Weight> all) {
        weights.forEach((name, weight) -> all.put(prefix + name, weight));
        children.forEach((name, layer) -> layer.collect(prefix + name + ".", all));
        inline.forEach(layer -> layer.collect(prefix, all));
    }
}
