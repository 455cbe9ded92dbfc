package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.schemas.Caption;
import java.util.List;

/**
 * The latent of one image, with its captions.
 *
 * @param values elements of the latent, row-major (C, H, W); shared, so never written to
 * @param size size and crop conditioning of the image
 */
@SuppressWarnings("ArrayRecordComponent")
public // handed on, never compared by value
record LatentSample(
        RecordPosition position, String imageId, float[] values, SizeConditioning size, List<Caption> captions) {
    public LatentSample {
        captions = List.copyOf(captions);
    }
}
