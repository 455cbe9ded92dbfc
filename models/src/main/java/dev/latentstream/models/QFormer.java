package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The querying transformer of BLIP-2 (arXiv 2301.12597), as transformers' {@code Blip2QFormerModel} without text: a few
 * queries that attend to each other and, in every few layers, to the tokens of a picture. All is normalised after each part.
 *
 * <p>Shape letters: B pictures, Q queries, S image tokens, E their width, W width, N heads of H = W / N.
 */
final class QFormer extends Layer {
    /**
     * What fixes the layers.
     *
     * @param inner width within the feed-forward part
     * @param crossEvery layers from one that looks at the picture to the next; the first one does
     */
    record Config(int width, int inner, int depth, int heads, int crossEvery, double eps) {
        Config {
            if (heads < 1 || width < 1 || width % heads != 0) {
                throw new IllegalArgumentException("width %d does not split into %d heads".formatted(width, heads));
            }
            if (inner < 1 || depth < 1 || crossEvery < 1) {
                throw new IllegalArgumentException(
                        "inner width %d, depth %d and %d layers between looks: at least 1 each"
                                .formatted(inner, depth, crossEvery));
            }
        }
    }

    private final LayerNorm norm;
    private final List<Block> blocks;

    /**
     * @param imageWidth width of an image token
     */
    QFormer(Config config, int imageWidth) {
        norm = part("layernorm", new LayerNorm(config.width(), config.eps()));
        blocks = parts(
                "encoder.layer", config.depth(), i -> new Block(config, imageWidth, i % config.crossEvery() == 0));
    }

    /** Queries (B, Q, W) and image tokens (B, S, E) -> what the queries found (B, Q, W) */
    NDArray forward(Pass pass, NDArray queries, NDArray image) {
        NDArray x = norm.forward(pass, queries); // (B, Q, W)
        for (Block block : blocks) {
            NDArray input = x;
            x = Torch.scoped(() -> block.forward(pass, input, image)); // (B, Q, W)
        }
        return x;
    }

    private static final class Block extends Layer {
        private final Attention self;
        private final @Nullable Attention cross;
        private final Linear widen;
        private final Linear narrow;
        private final LayerNorm norm;

        Block(Config config, int imageWidth, boolean looks) {
            self = part("attention", new Attention(config, config.width()));
            cross = looks ? part("crossattention", new Attention(config, imageWidth)) : null;
            widen = part("intermediate_query.dense", Linear.of(config.width(), config.inner()));
            narrow = part("output_query.dense", Linear.of(config.inner(), config.width()));
            norm = part("output_query.LayerNorm", new LayerNorm(config.width(), config.eps()));
        }

        NDArray forward(Pass pass, NDArray x, NDArray image) {
            NDArray y = self.forward(pass, x, x); // (B, Q, W)
            NDArray z = cross == null ? y : cross.forward(pass, y, image); // (B, Q, W)
            NDArray inner = Torch.gelu(widen.forward(pass, z)); // (B, Q, inner)
            return norm.forward(pass, narrow.forward(pass, inner).add(z)); // (B, Q, W)
        }
    }

    private static final class Attention extends Layer {
        private final int heads;
        private final Linear query;
        private final Linear key;
        private final Linear value;
        private final Linear out;
        private final LayerNorm norm;

        Attention(Config config, int memoryWidth) {
            heads = config.heads();
            query = part("attention.query", Linear.of(config.width(), config.width()));
            key = part("attention.key", Linear.of(memoryWidth, config.width()));
            value = part("attention.value", Linear.of(memoryWidth, config.width()));
            out = part("output.dense", Linear.of(config.width(), config.width()));
            norm = part("output.LayerNorm", new LayerNorm(config.width(), config.eps()));
        }

        /** x (B, Q, W), memory (B, S, its width) -> (B, Q, W) */
        NDArray forward(Pass pass, NDArray x, NDArray memory) {
            NDArray q = Heads.split(query.forward(pass, x), heads); // (B, N, Q, H)
            NDArray k = Heads.split(key.forward(pass, memory), heads); // (B, N, S, H)
            NDArray v = Heads.split(value.forward(pass, memory), heads); // (B, N, S, H)
            NDArray y = Heads.join(Torch.attention(q, k, v)); // (B, Q, W)
            return norm.forward(pass, out.forward(pass, y).add(x)); // (B, Q, W)
        }
    }
}
