package dev.latentstream.models.text;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Weight;

/**
 * Texts and images in one embedding space (arXiv 2103.00020), as transformers' {@code CLIPModel}: the nearer, the better they
 * match.
 *
 * <p>Shape letters: I images, B texts, P dimension of the embeddings.
 */
final class Clip extends Layer {
    /** The sizes of both towers. */
    record Config(ClipText.Config text, ClipVision.Config vision) {
        Config {
            if (text.projectionDim() != vision.projectionDim()) {
                throw new IllegalArgumentException("texts are projected to %d dimensions, images to %d"
                        .formatted(text.projectionDim(), vision.projectionDim()));
            }
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[text=%s, vision=%s]".formatted(text.identity(), vision.identity());
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

    /** Embeddings of images (I, P) and of texts (B, P) -> cosine similarities (I, B) */
    static NDArray cosines(NDArray images, NDArray texts) {
        return unit(images).matMul(unit(texts).transpose()); // (I, B)
    }

    /** Cosine similarities (I, B) -> logits (I, B), whose softmax over the texts is the probability of each for an image. */
    NDArray logits(Pass pass, NDArray cosines) {
        return cosines.mul(pass.value(logitScale).exp()); // (I, B)
    }

    /** (..., P) -> same, of length 1 */
    private static NDArray unit(NDArray x) {
        return x.div(x.mul(x).sum(new int[] {1}, true).sqrt());
    }
}
