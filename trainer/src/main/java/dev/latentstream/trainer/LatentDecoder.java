package dev.latentstream.trainer;

import dev.latentstream.models.Autoencoder;
import dev.latentstream.models.ImageBatch;
import dev.latentstream.models.LatentBatch;

/** Turns latents into pictures that a person can look at. */
public interface LatentDecoder {
    /** Id of the encoder whose latents it decodes. */
    String encoderId();

    /** Pictures of latents. Called by the training thread alone. */
    ImageBatch decode(LatentBatch latents);

    /** The decoder of an autoencoder, which stays the caller's to close. */
    static LatentDecoder of(Autoencoder autoencoder) {
        return new LatentDecoder() {
            @Override
            public String encoderId() {
                return autoencoder.id();
            }

            @Override
            public ImageBatch decode(LatentBatch latents) {
                return autoencoder.decode(latents);
            }
        };
    }
}
