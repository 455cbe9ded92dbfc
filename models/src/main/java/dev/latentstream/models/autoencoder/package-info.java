/**
 * Variational autoencoders, which encode images as latents and decode latents.
 *
 * <p>Start reading at {@link Autoencoder}, the interface that stages use; its latents are normalised by the model's own configuration,
 * and its id identifies weights, configuration and preprocessing. {@link Autoencoders} loads a folder. Not thread-safe.
 */
@NullMarked
package dev.latentstream.models.autoencoder;

import org.jspecify.annotations.NullMarked;
