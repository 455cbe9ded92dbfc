package dev.latentstream.models.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.backbone.AddedConditioning;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.text.TextStates;
import java.util.List;

/**
 * The conditioning of B latents, for any network.
 *
 * @param text one caption per latent
 * @param sizes of the original and the crop, one per latent
 */
public record BatchConditioning(TextStates text, List<SizeConditioning> sizes) {
    public BatchConditioning {
        sizes = List.copyOf(sizes);
        if (sizes.size() != text.captions()) {
            throw new IllegalArgumentException(
                    "sizes of %d images for %d captions".formatted(sizes.size(), text.captions()));
        }
    }

    /** Number of latents. */
    int count() {
        return sizes.size();
    }

    /** Those of the latents {@code from} to {@code to - 1}. */
    BatchConditioning slice(int from, int to) {
        return new BatchConditioning(text.slice(from, to), sizes.subList(from, to));
    }

    /** As tensors on the manager's device. */
    public Conditioning on(NDManager manager) {
        NDArray pooled = text.pooled(manager); // (B, P)
        return new Conditioning(text.on(manager), new AddedConditioning(pooled, sizes));
    }
}
