package dev.latentstream.trainer;

import dev.latentstream.schemas.Caption;
import java.util.List;

/**
 * An image that can be trained on.
 *
 * @param values the latent, C-contiguous; shared, so never written to
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared by value
record LatentSample(Place place, String image, float[] values, List<Caption> captions) {
    LatentSample {
        captions = List.copyOf(captions);
    }
}
