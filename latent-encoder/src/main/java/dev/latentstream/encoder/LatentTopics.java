package dev.latentstream.encoder;

/** Makes the latent topic of a source exist. */
interface LatentTopics {
    /** Returns when latents of the source can be written; cheap when it was asked before. */
    void ensure(String source);
}
