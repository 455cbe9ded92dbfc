package dev.latentstream.app.stages;

import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.trainer.LatentDecoder;

/**
 * Decodes the latents of the encoding stage with the same settings.
 *
 * @param encoderId the id that this stage writes into its records
 */
public record StageDecoder(String encoderId, Autoencoder autoencoder) implements LatentDecoder {
    static StageDecoder of(Autoencoder autoencoder, EncoderSettings settings) {
        return new StageDecoder(EncoderStages.encoderId(autoencoder, settings), autoencoder);
    }

    @Override
    public int downsampling() {
        return autoencoder.downsampling();
    }

    @Override
    public ImageBatch decode(LatentBatch latents) {
        return autoencoder.decode(latents);
    }
}
