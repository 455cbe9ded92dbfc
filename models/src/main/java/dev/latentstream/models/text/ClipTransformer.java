package dev.latentstream.models.text;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.CachedAttention;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.util.List;

/**
 * The transformer of both CLIP towers (arXiv 2103.00020): pre-norm layers.
 *
 * <p>Shape letters: B rows, T tokens, D width.
 */
final class ClipTransformer extends Layer {
    /**
     * The sizes of the layers.
     *
     * @param intermediateSize width within the feed-forward part
     * @param depth number of layers
     */
    record Config(int width, int intermediateSize, int depth, int heads, double eps, Activation activation) {
        Config {
            Heads.requireSplit(width, heads);
            if (intermediateSize < 1 || depth < 1) {
                throw new IllegalArgumentException(
                        "inner width %d and depth %d must be at least 1".formatted(intermediateSize, depth));
            }
        }

        /** The same with fewer or more layers. */
        Config withDepth(int other) {
            return new Config(width, intermediateSize, other, heads, eps, activation);
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[width=%s, inner=%s, depth=%s, heads=%s, eps=%s, activation=%s]"
                    .formatted(width, intermediateSize, depth, heads, eps, activation);
        }
    }

    /**
     * The outputs of the last layers, without the final norm: both (B, T, D).
     *
     * @param penultimate of the layer before the last; of a single layer its input
     */
    record States(NDArray penultimate, NDArray last) {}

    private final List<Block> blocks;

    ClipTransformer(Config config) {
        blocks = children("layers", config.depth(), i -> new Block(config));
    }

    /** As {@link #forward}, causal: token t attends to tokens 0 to t. */
    States causal(Pass pass, NDArray x) {
        return states(pass, x, true);
    }

    /** x (B, T, D) -> (B, T, D) twice */
    States forward(Pass pass, NDArray x) {
        return states(pass, x, false);
    }

    private States states(Pass pass, NDArray x, boolean causal) {
        NDArray before = x;
        NDArray last = x;
        for (Block block : blocks) {
            NDArray input = last;
            before = input;
            last = Torch.scoped(() -> block.forward(pass, input, causal)); // (B, T, D)
        }
        return new States(before, last);
    }

    private static final class Block extends Layer {
        private final LayerNorm norm1;
        private final CachedAttention attention;
        private final LayerNorm norm2;
        private final Linear widen;
        private final Linear narrow;
        private final Activation activation;

        Block(Config config) {
            norm1 = child("layer_norm1", new LayerNorm(config.width(), config.eps()));
            attention = child(
                    "self_attn",
                    new CachedAttention(
                            CachedAttention.Names.PROJECTIONS, config.width(), config.width(), config.heads()));
            norm2 = child("layer_norm2", new LayerNorm(config.width(), config.eps()));
            widen = child("mlp.fc1", Linear.of(config.width(), config.intermediateSize()));
            narrow = child("mlp.fc2", Linear.of(config.intermediateSize(), config.width()));
            activation = config.activation();
        }

        NDArray forward(Pass pass, NDArray x, boolean causal) {
            NDArray n = norm1.forward(pass, x); // (B, T, D)
            NDArray attended = x.add(attention.forward(pass, n, attention.keyValues(pass, n), causal)); // (B, T, D)
            NDArray inner = activation.of(widen.forward(pass, norm2.forward(pass, attended))); // (B, T, inner)
            return attended.add(narrow.forward(pass, inner)); // (B, T, D)
        }
    }
}
