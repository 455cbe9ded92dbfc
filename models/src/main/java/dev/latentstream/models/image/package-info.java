/**
 * Pixels and latents in batches of Java arrays, and the preprocessing of pixels for a network.
 *
 * <p>Start reading at {@link ImageBatch} (B, 3, H, W) and {@link Latents} (B, C, H, W). Immutable as long as nobody writes to the arrays.
 */
@NullMarked
package dev.latentstream.models.image;

import org.jspecify.annotations.NullMarked;
