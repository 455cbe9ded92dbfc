package dev.latentstream.models.text;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;

/**
 * CLIP's vision tower (arXiv 2103.00020), as transformers' {@code CLIPVisionModelWithProjection}.
 *
 * <p>Shape letters: B images, Q the patch's side, T = 1 + (H / Q) (W / Q) tokens, D width, P dimension of the embeddings that
 * texts and images share.
 */
final class ClipVision extends Layer {
    /**
     * The sizes of the layers.
     *
     * @param side of the square image, in pixels
     * @param patch side of a patch, in pixels
     * @param projectionDim dimension of the embeddings
     */
    record Config(int side, int patch, int projectionDim, ClipTransformer.Config transformer) {
        Config {
            if (side < 1 || patch < 1 || side % patch != 0) {
                throw new IllegalArgumentException(
                        "an image of %d pixels does not split into patches of %d".formatted(side, patch));
            }
            if (projectionDim < 1) {
                throw new IllegalArgumentException("projection to %d; it must be at least 1".formatted(projectionDim));
            }
        }

        /** OpenCLIP ViT-H/14's vision tower. */
        static Config openClipH() {
            return new Config(224, 14, 1024, new ClipTransformer.Config(1280, 5120, 32, 16, 1e-5, Activation.GELU));
        }

        private long tokens() {
            return 1 + (long) (side / patch) * (side / patch);
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[side=%s, patch=%s, projection=%s, transformer=%s]"
                    .formatted(side, patch, projectionDim, transformer.identity());
        }
    }

    private final Tower tower;
    private final Linear projection;

    ClipVision(Config config) {
        tower = child("vision_model", new Tower(config));
        projection = child(
                "visual_projection", Linear.withoutBias(config.transformer().width(), config.projectionDim()));
    }

    /** Normalised images (B, 3, H, W) -> image tokens (B, T, D), the class token first, without the final norm */
    NDArray forward(Pass pass, NDArray images) {
        NDArray x = tower.embeddings.forward(pass, images); // (B, T, D)
        return tower.encoder.forward(pass, tower.normBefore.forward(pass, x)).last(); // (B, T, D)
    }

    /** Normalised images (B, 3, H, W) -> their embeddings (B, P) */
    NDArray project(Pass pass, NDArray images) {
        NDArray token = Torch.narrow(forward(pass, images), 1, 0, 1).squeeze(1); // (B, D)
        return projection.forward(pass, tower.normAfter.forward(pass, token)); // (B, P)
    }

    private static final class Tower extends Layer {
        private final Embeddings embeddings;
        private final LayerNorm normBefore;
        private final ClipTransformer encoder;
        private final LayerNorm normAfter;

        Tower(Config config) {
            int width = config.transformer().width();
            double eps = config.transformer().eps();
            embeddings = child("embeddings", new Embeddings(config));
            normBefore = child("pre_layrnorm", new LayerNorm(width, eps)); // the spelling of every checkpoint
            encoder = child("encoder", new ClipTransformer(config.transformer()));
            normAfter = child("post_layernorm", new LayerNorm(width, eps));
        }
    }

    private static final class Embeddings extends Layer {
        private final Weight token;
        private final Weight patches;
        private final Weight positions;
        private final int patch;

        Embeddings(Config config) {
            long width = config.transformer().width();
            patch = config.patch();
            long inputs = (long) ImageBatch.PLANES * patch * patch;
            token = weight("class_embedding", Initializer.normal(0.02), width);
            patches =
                    weight("patch_embedding.weight", Initializer.fanIn(inputs), width, ImageBatch.PLANES, patch, patch);
            positions = weight("position_embedding.weight", Initializer.normal(0.02), config.tokens(), width);
        }

        NDArray forward(Pass pass, NDArray images) {
            NDArray x = Torch.conv2d(images, pass.value(patches), patch, 0); // (B, D, H / Q, W / Q)
            long batch = x.getShape().get(0);
            long width = x.getShape().get(1);
            x = x.reshape(batch, width, -1).transpose(0, 2, 1); // (B, T - 1, D)
            NDArray first = pass.value(token).reshape(1, 1, width).broadcast(batch, 1, width); // (B, 1, D)
            return first.concat(x, 1).add(pass.value(positions)); // (B, T, D)
        }
    }
}
