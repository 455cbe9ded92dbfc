package dev.latentstream.models.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.backbone.Backbone.Text;
import dev.latentstream.models.backbone.PictureSizes;
import dev.latentstream.models.backbone.SizedText;
import dev.latentstream.models.text.TextStates;
import java.util.List;

/**
 * All that a network may be told of B latents.
 *
 * @param text a caption each
 * @param pictures how each one came into its frame
 */
public record Conditioning(TextStates text, List<PictureSizes> pictures) {
    public Conditioning {
        pictures = List.copyOf(pictures);
        if (pictures.size() != text.captions()) {
            throw new IllegalArgumentException(
                    "sizes of %d pictures for %d captions".formatted(pictures.size(), text.captions()));
        }
    }

    /** Number of latents. */
    int count() {
        return pictures.size();
    }

    /** Some of them. */
    Conditioning slice(int from, int to) {
        return new Conditioning(text.slice(from, to), pictures.subList(from, to));
    }

    /** On the manager's device. */
    Text on(NDManager manager) {
        NDArray pooled = text.pooled(manager); // (B, P)
        return new Text(text.on(manager), new SizedText(pooled, pictures));
    }
}
