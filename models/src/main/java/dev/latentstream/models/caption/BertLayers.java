package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Memory;
import dev.latentstream.models.nn.MemoryAttention;
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
        private final MemoryAttention attention;
        private final LayerNorm norm;

        /**
         * @param part that holds the projections of queries, keys and values
         * @param memoryWidth width of what is looked at
         */
        Attention(String part, int width, int memoryWidth, int heads, double eps) {
            attention = nameless(new MemoryAttention(MemoryAttention.Names.bert(part), width, memoryWidth, heads));
            norm = part("output.LayerNorm", new LayerNorm(width, eps));
        }

        /** What is looked at (B, S, its width) -> its keys and values */
        Memory memory(Pass pass, NDArray x) {
            return attention.memory(pass, x);
        }

        /** x (B, T, W) -> (B, T, W) */
        NDArray forward(Pass pass, NDArray x, Memory memory, boolean causal) {
            return norm.forward(pass, attention.forward(pass, x, memory, causal).add(x)); // (B, T, W)
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
            widen = part("intermediate%s.dense".formatted(ending), Linear.of(width, inner));
            narrow = part("output%s.dense".formatted(ending), Linear.of(inner, width));
            norm = part("output%s.LayerNorm".formatted(ending), new LayerNorm(width, eps));
        }

        /** x (B, T, W) -> (B, T, W) */
        NDArray forward(Pass pass, NDArray x) {
            NDArray y = narrow.forward(pass, Torch.gelu(widen.forward(pass, x))); // (B, T, W)
            return norm.forward(pass, y.add(x)); // (B, T, W)
        }
    }
}
