package dev.latentstream.models.autoencoder;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;

/**
 * Encodes images as latents and decodes latents: the interface of a VAE for the latent encoder and a trainer's previews.
 *
 * <p>Latents here are scaled: shifted and divided by the values of the model's configuration, to about mean 0 and variance 1, as a
 * diffusion model is trained on. Not thread-safe.
 */
public interface Autoencoder extends AutoCloseable {
    /** Identifies the encoder: a hash of the weights, the configuration and the preprocessing, in hexadecimal. */
    String id();

    /** Channels of a latent. */
    int channels();

    /** Pixels of an image's side for each row or column of its latent. */
    int downsampling();

    /**
     * Returns the means of the latents, scaled.
     *
     * @param images with sides that are multiples of {@link #downsampling}
     */
    LatentBatch encode(ImageBatch images);

    /** Decodes scaled latents to images, values clamped to 0 to 1. */
    ImageBatch decode(LatentBatch latents);

    @Override
    void close();
}
