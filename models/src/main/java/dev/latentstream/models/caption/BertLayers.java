package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.CachedAttention;
import dev.latentstream.models.nn.KeyValues;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;

/**
 * The parts of a BERT layer (arXiv 1810.04805), each with a residual connection and post-norm.
 *
 * <p>Shape letters: B rows, T tokens, S context tokens, W width.
 */
final class BertLayers {
    private BertLayers() {}

    /** Self-attention or cross-attention. */
    static final class Attention extends Layer {
        private final CachedAttention attention;
        private final LayerNorm norm;

        /**
         * @param part prefix of the projections of queries, keys and values
         * @param contextDim width of a context token
         */
        Attention(String part, int width, int contextDim, int heads, double eps) {
            attention = inline(new CachedAttention(CachedAttention.Names.bert(part), width, contextDim, heads));
            norm = child("output.LayerNorm", new LayerNorm(width, eps));
        }

        /** Context (B, S, contextDim) -> its keys and values */
        KeyValues keyValues(Pass pass, NDArray x) {
            return attention.keyValues(pass, x);
        }

        /** x (B, T, W) -> (B, T, W) */
        NDArray forward(Pass pass, NDArray x, KeyValues keyValues, boolean causal) {
            return norm.forward(
                    pass, attention.forward(pass, x, keyValues, causal).add(x)); // (B, T, W)
        }
    }

    /** The feed-forward part. */
    static final class FeedForward extends Layer {
        private final Linear widen;
        private final Linear narrow;
        private final LayerNorm norm;

        /**
         * @param suffix of its children's names, since a layer may have several feed-forward parts
         */
        FeedForward(String suffix, int width, int intermediateSize, double eps) {
            widen = child("intermediate%s.dense".formatted(suffix), Linear.of(width, intermediateSize));
            narrow = child("output%s.dense".formatted(suffix), Linear.of(intermediateSize, width));
            norm = child("output%s.LayerNorm".formatted(suffix), new LayerNorm(width, eps));
        }

        /** x (B, T, W) -> (B, T, W) */
        NDArray forward(Pass pass, NDArray x) {
            NDArray y = narrow.forward(pass, Torch.gelu(widen.forward(pass, x))); // (B, T, W)
            return norm.forward(pass, y.add(x)); // (B, T, W)
        }
    }
}
