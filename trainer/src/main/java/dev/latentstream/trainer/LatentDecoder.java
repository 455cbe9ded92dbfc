package dev.latentstream.trainer;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;

/** Decodes latents to images. */
public interface LatentDecoder {
    /** Returns the id of the encoder whose latents it decodes. */
    String encoderId();

    /** Returns the ratio of an image's side to its latent's. */
    int downsampling();

    /** Decodes a batch. Called by the training thread only. */
    ImageBatch decode(LatentBatch latents);
}
