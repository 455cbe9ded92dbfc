package dev.latentstream.trainer;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;

/** Turns latents into pictures that a person can look at. */
public interface LatentDecoder {
    /** Id of the encoder whose latents it decodes. */
    String encoderId();

    /** Pixels of a picture's side for each of a latent's. */
    int downsampling();

    /** Pictures of latents. Called by the training thread alone. */
    ImageBatch decode(LatentBatch latents);
}
