package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.schemas.Caption;
import java.util.List;

/**
 * An image that can be trained on.
 *
 * @param values the latent, C-contiguous; shared, so never written to
 * @param size how the image came into its frame
 */
@SuppressWarnings("ArrayRecordComponent")
public // handed on, never compared by value
record LatentSample(
        RecordPosition position, String imageId, float[] values, SizeConditioning size, List<Caption> captions) {
    public LatentSample {
        captions = List.copyOf(captions);
    }
}
