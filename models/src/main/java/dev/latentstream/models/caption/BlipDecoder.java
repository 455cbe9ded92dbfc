package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Heads;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.KeyValues;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * BLIP's text decoder: BERT with causal self-attention, cross-attention to the image tokens in every layer, and BERT's
 * language-modelling head.
 *
 * <p>Shape letters: B texts, T new tokens, U past tokens, S image tokens, D their width, W width, V size of the vocabulary.
 * Layers are post-norm.
 */
public final class BlipDecoder extends Layer {
    /**
     * The sizes of the layers.
     *
     * @param maxPositions the longest text, in tokens
     * @param intermediateSize width within the feed-forward part
     * @param tied whether the head's matrix is that of the token embeddings
     */
    public record Config(
            int vocabSize,
            int maxPositions,
            int width,
            int intermediateSize,
            int depth,
            int heads,
            double eps,
            boolean tied) {
        public Config {
            if (vocabSize < 1 || maxPositions < 2) {
                throw new IllegalArgumentException("vocabulary of %d, %d positions".formatted(vocabSize, maxPositions));
            }
            Heads.requireSplit(width, heads);
            if (intermediateSize < 1 || depth < 1) {
                throw new IllegalArgumentException(
                        "inner width %d and depth %d must be at least 1".formatted(intermediateSize, depth));
            }
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[words=%s, positions=%s, width=%s, inner=%s, depth=%s, heads=%s, eps=%s, tied=%s]"
                    .formatted(vocabSize, maxPositions, width, intermediateSize, depth, heads, eps, tied);
        }
    }

    private final Embeddings embeddings;
    private final List<Block> blocks;
    private final Head head;

    BlipDecoder(Config config, int imageWidth) {
        embeddings = child("bert.embeddings", new Embeddings(config));
        blocks = children("bert.encoder.layer", config.depth(), i -> new Block(config, imageWidth));
        head = child("cls.predictions", new Head(config, embeddings.tokens));
    }

    /** Image tokens (B, S, D) -> each layer's keys and values for cross-attention, which are the same for a whole text. */
    List<KeyValues> crossKeyValues(Pass pass, NDArray image) {
        return blocks.stream().map(block -> block.cross.keyValues(pass, image)).toList();
    }

    /**
     * Tokens (B, T) -> logits of each next token (B, T, V)
     *
     * @param cache of past tokens, to which the new ones are added; T is 1 unless it is empty
     */
    NDArray forward(Pass pass, NDArray tokens, List<KeyValues> image, KeyValueCache cache) {
        if (cache.length() > 0 && tokens.getShape().get(1) != 1) {
            throw new IllegalArgumentException(
                    "%d tokens after %d in the cache; a cache that is not empty takes 1 at a time"
                            .formatted(tokens.getShape().get(1), cache.length()));
        }
        NDArray x = embeddings.forward(pass, tokens, cache.length()); // (B, T, W)
        List<KeyValues> appended = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            appended.add(cache.append(i, block.self.keyValues(pass, x)));
            x = block.forward(pass, x, appended.get(i), image.get(i)); // (B, T, W)
        }
        cache.update(appended);
        return head.forward(pass, x); // (B, T, V)
    }

    private static final class Embeddings extends Layer {
        private final Weight tokens;
        private final Weight positions;
        private final LayerNorm norm;

        Embeddings(Config config) {
            tokens = weight("word_embeddings.weight", Initializer.normal(0.02), config.vocabSize(), config.width());
            positions = weight(
                    "position_embeddings.weight", Initializer.normal(0.02), config.maxPositions(), config.width());
            norm = child("LayerNorm", new LayerNorm(config.width(), config.eps()));
        }

        NDArray forward(Pass pass, NDArray ids, long start) {
            NDArray x = Torch.embedding(ids, pass.value(tokens)); // (B, T, W)
            NDArray p =
                    Torch.narrow(pass.value(positions), 0, start, ids.getShape().get(1)); // (T, W)
            return norm.forward(pass, x.add(p)); // (B, T, W)
        }
    }

    private static final class Block extends Layer {
        private final BertLayers.Attention self;
        private final BertLayers.Attention cross;
        private final BertLayers.FeedForward feedForward;

        Block(Config config, int imageWidth) {
            self = child("attention", attention(config, config.width()));
            cross = child("crossattention", attention(config, imageWidth));
            feedForward =
                    inline(new BertLayers.FeedForward("", config.width(), config.intermediateSize(), config.eps()));
        }

        private static BertLayers.Attention attention(Config config, int contextDim) {
            return new BertLayers.Attention("self", config.width(), contextDim, config.heads(), config.eps());
        }

        NDArray forward(Pass pass, NDArray x, KeyValues text, KeyValues image) {
            NDArray y = self.forward(pass, x, text, x.getShape().get(1) > 1); // (B, T, W)
            NDArray z = cross.forward(pass, y, image, false); // (B, T, W)
            return feedForward.forward(pass, z); // (B, T, W)
        }
    }

    private static final class Head extends Layer {
        private final Linear dense;
        private final LayerNorm norm;
        private final Weight matrix;
        private final Weight bias;

        Head(Config config, Weight embeddings) {
            bias = weight("bias", Initializer.ZEROS, config.vocabSize());
            dense = child("transform.dense", Linear.of(config.width(), config.width()));
            norm = child("transform.LayerNorm", new LayerNorm(config.width(), config.eps()));
            matrix = config.tied()
                    ? embeddings
                    : weight("decoder.weight", Initializer.normal(0.02), config.vocabSize(), config.width());
        }

        NDArray forward(Pass pass, NDArray x) {
            NDArray y = norm.forward(pass, Torch.gelu(dense.forward(pass, x))); // (B, T, W)
            return pass.linear(y, matrix, bias); // (B, T, V)
        }
    }
}
