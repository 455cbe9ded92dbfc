/**
 * Variational autoencoders: images into latents and back.
 *
 * <p>Start reading at {@link Autoencoder}, which stages see; its latents are normalised by the model's own configuration and its id names
 * weights, configuration and preprocessing. {@link Autoencoders} loads a folder. Not thread-safe.
 */
@NullMarked
package dev.latentstream.models.autoencoder;

import org.jspecify.annotations.NullMarked;
