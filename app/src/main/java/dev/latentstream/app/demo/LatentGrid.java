package dev.latentstream.app.demo;

import dev.latentstream.app.demo.Summary.ImageGrid;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.LatentDecoder;
import dev.latentstream.trainer.SampleGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes latents of the topics again, and shows each with its first caption. */
final class LatentGrid {
    private static final int COLUMNS = 4;

    private final LatentDecoder decoder;

    LatentGrid(LatentDecoder decoder) {
        this.decoder = decoder;
    }

    /** Returns the latents of the newest one's shape that are of the decoder's autoencoder; empty if there are none. */
    Optional<ImageGrid> of(List<Latent> latents) {
        List<Latent> alike = latents.stream()
                .filter(latent -> latent.getEncoding().getEncoderId().equals(decoder.encoderId()))
                .filter(latent -> latent.getEncoding()
                        .getShape()
                        .equals(latents.get(latents.size() - 1).getEncoding().getShape()))
                .toList();
        if (alike.isEmpty()) {
            return Optional.empty();
        }
        ImageBatch images = decoder.decode(batch(alike));
        List<String> texts = alike.stream()
                .map(latent -> latent.getCaptions().getCaptions())
                .map(captions ->
                        captions.stream().map(Caption::getText).findFirst().orElse(""))
                .toList();
        return Optional.of(new ImageGrid(SampleGrid.of(images, COLUMNS).png(), texts));
    }

    private static LatentBatch batch(List<Latent> latents) {
        List<Integer> shape = latents.get(0).getEncoding().getShape();
        List<float[]> values = new ArrayList<>();
        for (Latent latent : latents) {
            Encoding encoding = latent.getEncoding();
            values.add(TensorBytes.decode(encoding.getMean(), encoding.getType()));
        }
        return LatentBatch.of(values, shape.get(0), shape.get(1), shape.get(2));
    }
}
