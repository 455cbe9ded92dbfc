/**
 * Layers, operators, and the ways to run a forward pass.
 *
 * <p>Start reading at {@link Layer}, then {@link Pass}. {@link Torch} declares the operators: on a gradient path use these, since some of DJL's own
 * give wrong gradients without an error. Weights carry the names of the field's checkpoint files. Shapes are written at each line of a
 * {@code forward}; layers are not thread-safe.
 */
@NullMarked
package dev.latentstream.models.nn;

import org.jspecify.annotations.NullMarked;
