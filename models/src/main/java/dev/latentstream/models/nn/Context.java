package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that an attention attends to.
 *
 * @param states (B, T, E)
 * @param bias (B, 1, 1, T), added to the attention scores: 0 for a token, far below 0 for padding; null without padding
 */
public record Context(NDArray states, @Nullable NDArray bias) {}
