package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** Keys and values of one attention: both (B, N, T, H). */
public record KeyValues(NDArray keys, NDArray values) {
    public KeyValues map(UnaryOperator<NDArray> function) {
        return new KeyValues(function.apply(keys), function.apply(values));
    }
}
