package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/** One trainable tensor of a network: a shape from the start, values once they are initialised or loaded. */
public final class Weight {
    private final Shape shape;
    private final Initializer init;
    private @Nullable NDArray value;

    Weight(Shape shape, Initializer init) {
        this.shape = shape;
        this.init = init;
    }

    public Shape shape() {
        return shape;
    }

    public Initializer init() {
        return init;
    }

    /** The values. */
    public NDArray value() {
        if (value == null) {
            throw new IllegalStateException("weight of shape %s has no values yet".formatted(shape));
        }
        return value;
    }

    public void set(NDArray values) {
        if (!values.getShape().equals(shape)) {
            throw new IllegalArgumentException(
                    "values of shape %s for a weight of shape %s".formatted(values.getShape(), shape));
        }
        value = values;
    }
}
