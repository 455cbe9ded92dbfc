package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** Keys and values of one attention: both (B, N, T, H). */
public record Memory(NDArray keys, NDArray values) {
    public Memory map(UnaryOperator<NDArray> function) {
        return new Memory(function.apply(keys), function.apply(values));
    }
}
