package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** Keys and values of one attention: both (B, N, T, H). */
record Memory(NDArray keys, NDArray values) {
    Memory map(UnaryOperator<NDArray> function) {
        return new Memory(function.apply(keys), function.apply(values));
    }
}
