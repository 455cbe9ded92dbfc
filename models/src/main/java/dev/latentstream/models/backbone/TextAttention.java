package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;

/** Attention of the pixels of an image to a text: x (B, D, H, W) -> same. */
abstract sealed class TextAttention extends Layer permits SpatialTransformer, JointAttention {
    /**
     * @param depth number of transformer blocks; not used by DeepFloyd IF
     */
    static TextAttention of(Config config, int channels, int depth) {
        return switch (config.family().type()) {
            case LATENT_DIFFUSION -> new SpatialTransformer(config, channels, depth);
            case DEEPFLOYD_IF -> new JointAttention(config, channels);
        };
    }

    abstract NDArray forward(Pass pass, NDArray x, Context text);
}
