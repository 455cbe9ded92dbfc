/**
 * Model files: safetensors, {@code config.json}, folders.
 *
 * <p>Start reading at {@link Weights}, which loads strictly: a missing, surplus or misshapen tensor is an error that names it. Files are read
 * with their lengths checked, and nothing is ever unpickled.
 */
@NullMarked
package dev.latentstream.models.weights;

import org.jspecify.annotations.NullMarked;
