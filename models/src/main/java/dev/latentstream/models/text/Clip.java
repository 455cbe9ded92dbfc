package dev.latentstream.models.text;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Weight;

/**
 * Texts and pictures in one space (arXiv 2103.00020), as transformers' {@code CLIPModel}: the nearer, the better they fit.
 *
 * <p>Shape letters: I pictures, B texts, P width of the shared space.
 */
final class Clip extends Layer {
    /** What fixes the layers of both towers. */
    record Config(ClipText.Config text, ClipVision.Config vision) {
        Config {
            if (text.projection() != vision.projection()) {
                throw new IllegalArgumentException("texts are projected to a width of %d and pictures to one of %d"
                        .formatted(text.projection(), vision.projection()));
            }
        }
    }

    private final ClipText text;
    private final ClipVision vision;
    private final Weight logitScale;

    Clip(Config config) {
        text = inline(new ClipText(config.text()));
        vision = inline(new ClipVision(config.vision()));
        logitScale = weight("logit_scale", Initializer.ONES);
    }

    ClipText text() {
        return text;
    }

    ClipVision vision() {
        return vision;
    }

    /** Places of pictures (I, P) and of texts (B, P) -> cosines of the angles between them (I, B) */
    static NDArray cosines(NDArray pictures, NDArray texts) {
        return unit(pictures).matMul(unit(texts).transpose()); // (I, B)
    }

    /** Cosines (I, B) -> scores (I, B), whose softmax over the texts says which of them a picture goes with. */
    NDArray logits(Pass pass, NDArray cosines) {
        return cosines.mul(pass.value(logitScale).exp()); // (I, B)
    }

    /** (..., P) -> same, of length 1 */
    private static NDArray unit(NDArray x) {
        return x.div(x.mul(x).sum(new int[] {1}, true).sqrt());
    }
}
