package dev.latentstream.models.autoencoder;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;

/**
 * Turns pictures into latents and back: what the latent encoder and a trainer's previews see of a VAE.
 *
 * <p>Latents here are scaled: shifted and divided as the model's configuration says, to about mean 0 and variance 1, which is
 * what a diffusion model trains on. Not safe for several threads at once.
 */
public interface Autoencoder extends AutoCloseable {
    /** Names what makes the latents: a hash of the weights, the configuration and the preprocessing, in hexadecimal. */
    String id();

    /** Channels of a latent. */
    int channels();

    /** Pixels of a picture's side for each row or column of its latent. */
    int downsampling();

    /**
     * Means of the latents, scaled.
     *
     * @param images sides that are multiples of {@link #downsampling}
     */
    LatentBatch encode(ImageBatch images);

    /** Pictures of scaled latents, values cut to 0 to 1. */
    ImageBatch decode(LatentBatch latents);

    @Override
    void close();
}
