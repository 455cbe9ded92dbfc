package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The querying transformer of BLIP-2 (arXiv 2301.12597), as transformers' {@code Blip2QFormerModel} without text: a few
 * queries that attend to each other and, in every few layers, to the image tokens. Layers are post-norm.
 *
 * <p>Shape letters: B images, Q queries, S image tokens, E their width, W width.
 */
final class QFormer extends Layer {
    /**
     * The sizes of the layers.
     *
     * @param intermediateSize width within the feed-forward part
     * @param crossEvery distance between layers with cross-attention, of which layer 0 is the first
     */
    record Config(int width, int intermediateSize, int depth, int heads, int crossEvery, double eps) {
        Config {
            Heads.requireSplit(width, heads);
            if (intermediateSize < 1 || depth < 1 || crossEvery < 1) {
                throw new IllegalArgumentException(
                        "inner width %d, depth %d, cross-attention every %d layers: at least 1 each"
                                .formatted(intermediateSize, depth, crossEvery));
            }
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[width=%s, inner=%s, depth=%s, heads=%s, crossEvery=%s, eps=%s]"
                    .formatted(width, intermediateSize, depth, heads, crossEvery, eps);
        }
    }

    private final LayerNorm norm;
    private final List<Block> blocks;

    /**
     * @param imageWidth width of an image token
     */
    QFormer(Config config, int imageWidth) {
        norm = child("layernorm", new LayerNorm(config.width(), config.eps()));
        blocks = children(
                "encoder.layer", config.depth(), i -> new Block(config, imageWidth, i % config.crossEvery() == 0));
    }

    /** Queries (B, Q, W) and image tokens (B, S, E) -> outputs of the queries (B, Q, W) */
    NDArray forward(Pass pass, NDArray queries, NDArray image) {
        NDArray x = norm.forward(pass, queries); // (B, Q, W)
        for (Block block : blocks) {
            NDArray input = x;
            x = Torch.scoped(() -> block.forward(pass, input, image)); // (B, Q, W)
        }
        return x;
    }

    private static final class Block extends Layer {
        private final BertLayers.Attention self;
        private final BertLayers.@Nullable Attention cross;
        private final BertLayers.FeedForward feedForward;

        Block(Config config, int imageWidth, boolean crosses) {
            self = child("attention", attention(config, config.width()));
            cross = crosses ? child("crossattention", attention(config, imageWidth)) : null;
            feedForward = inline(
                    new BertLayers.FeedForward("_query", config.width(), config.intermediateSize(), config.eps()));
        }

        private static BertLayers.Attention attention(Config config, int contextDim) {
            return new BertLayers.Attention("attention", config.width(), contextDim, config.heads(), config.eps());
        }

        NDArray forward(Pass pass, NDArray x, NDArray image) {
            NDArray y = self.forward(pass, x, self.keyValues(pass, x), false); // (B, Q, W)
            NDArray z = cross == null ? y : cross.forward(pass, y, cross.keyValues(pass, image), false); // (B, Q, W)
            return feedForward.forward(pass, z); // (B, Q, W)
        }
    }
}
