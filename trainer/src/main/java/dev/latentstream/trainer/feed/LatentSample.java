package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorBytes;
import java.util.List;

/**
 * The latent of one image, with its captions.
 *
 * @param latent the validated record, whose elements stay encoded until they are drawn; never written to
 */
public record LatentSample(RecordPosition position, String imageId, Latent latent) {
    /** Returns the elements of the latent, row-major (C, H, W). */
    float[] values() {
        Encoding encoding = latent.getEncoding();
        return TensorBytes.decode(encoding.getMean(), encoding.getType());
    }

    /** Returns the size and crop conditioning of the image. */
    SizeConditioning size() {
        return CropConditioning.of(latent.getEncoding());
    }

    List<Caption> captions() {
        return latent.getCaptions().getCaptions();
    }
}
