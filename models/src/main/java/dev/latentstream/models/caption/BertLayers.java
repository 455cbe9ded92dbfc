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
 * The parts of a layer of BERT (arXiv 1810.04805), each added to what came in and normalised afterwards.
 *
 * <p>Shape letters: B rows, T tokens, S what they look at, W width.
 */
final class BertLayers {
    private BertLayers() {}

    /** Attention to what the tokens look at. */
    static final class Attention extends Layer {
        private final CachedAttention attention;
        private final LayerNorm norm;

        /**
         * @param part that holds the projections of queries, keys and values
         * @param contextDim width of what is looked at
         */
        Attention(String part, int width, int contextDim, int heads, double eps) {
            attention = inline(new CachedAttention(CachedAttention.Names.bert(part), width, contextDim, heads));
            norm = child("output.LayerNorm", new LayerNorm(width, eps));
        }

        /** What is looked at (B, S, its width) -> its keys and values */
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
         * @param ending of its parts' names: there may be several in a layer
         * @param inner width within
         */
        FeedForward(String ending, int width, int inner, double eps) {
            widen = child("intermediate%s.dense".formatted(ending), Linear.of(width, inner));
            narrow = child("output%s.dense".formatted(ending), Linear.of(inner, width));
            norm = child("output%s.LayerNorm".formatted(ending), new LayerNorm(width, eps));
        }

        /** x (B, T, W) -> (B, T, W) */
        NDArray forward(Pass pass, NDArray x) {
            NDArray y = narrow.forward(pass, Torch.gelu(widen.forward(pass, x))); // (B, T, W)
            return norm.forward(pass, y.add(x)); // (B, T, W)
        }
    }
}
