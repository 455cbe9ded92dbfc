package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.CachedAttention;
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
 * The language model OPT (arXiv 2205.01068), as transformers' {@code OPTForCausalLM} of every size but 350M: pre-norm layers,
 * with the head's matrix tied to the token embeddings.
 *
 * <p>Shape letters: B texts, T new tokens, U past tokens, W width, V size of the vocabulary.
 */
final class Opt extends Layer {
    private static final double EPS = 1e-5;

    /** Unused rows at the start of the position embeddings. */
    private static final int OFFSET = 2;

    /**
     * The sizes of the layers.
     *
     * @param maxPositions the longest text, in tokens
     * @param intermediateSize width within the feed-forward part
     */
    record Config(int vocabSize, int maxPositions, int width, int intermediateSize, int depth, int heads) {
        Config {
            if (vocabSize < 1 || maxPositions < 1 || intermediateSize < 1 || depth < 1) {
                throw new IllegalArgumentException(
                        "vocabulary of %d, %d positions, inner width %d, depth %d: at least 1 each"
                                .formatted(vocabSize, maxPositions, intermediateSize, depth));
            }
            Heads.requireSplit(width, heads);
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[words=%s, positions=%s, width=%s, inner=%s, depth=%s, heads=%s]"
                    .formatted(vocabSize, maxPositions, width, intermediateSize, depth, heads);
        }
    }

    private final Weight tokens;
    private final Weight positions;
    private final List<Block> blocks;
    private final LayerNorm norm;

    Opt(Config config) {
        long width = config.width();
        tokens = weight("model.decoder.embed_tokens.weight", Initializer.normal(0.02), config.vocabSize(), width);
        positions = weight(
                "model.decoder.embed_positions.weight",
                Initializer.normal(0.02),
                OFFSET + (long) config.maxPositions(),
                width);
        blocks = children("model.decoder.layers", config.depth(), i -> new Block(config));
        norm = child("model.decoder.final_layer_norm", new LayerNorm(width, EPS));
    }

    /** Tokens (B, T) -> their embeddings, without positions (B, T, W) */
    NDArray embed(Pass pass, NDArray ids) {
        return Torch.embedding(ids, pass.value(tokens)); // (B, T, W)
    }

    /**
     * Embedded tokens (B, T, W) -> logits of each next token (B, T, V)
     *
     * @param cache of past tokens, to which the new ones are added; T is 1 unless it is empty
     */
    NDArray forward(Pass pass, NDArray embedded, KeyValueCache cache) {
        long length = embedded.getShape().get(1);
        if (cache.length() > 0 && length != 1) {
            throw new IllegalArgumentException(
                    "%d tokens after %d in the cache; a cache that is not empty takes 1 at a time"
                            .formatted(length, cache.length()));
        }
        NDArray x = embedded.add(Torch.narrow(pass.value(positions), 0, OFFSET + cache.length(), length)); // (B, T, W)
        List<KeyValues> appended = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            NDArray n = block.norm1.forward(pass, x); // (B, T, W)
            appended.add(cache.append(i, block.attention.keyValues(pass, n)));
            x = block.forward(pass, x, n, appended.get(i)); // (B, T, W)
        }
        cache.update(appended);
        return Torch.linear(norm.forward(pass, x), pass.value(tokens)); // (B, T, V)
    }

    private static final class Block extends Layer {
        private final LayerNorm norm1;
        private final CachedAttention attention;
        private final LayerNorm norm2;
        private final Linear widen;
        private final Linear narrow;

        Block(Config config) {
            norm1 = child("self_attn_layer_norm", new LayerNorm(config.width(), EPS));
            attention = child(
                    "self_attn",
                    new CachedAttention(
                            CachedAttention.Names.PROJECTIONS, config.width(), config.width(), config.heads()));
            norm2 = child("final_layer_norm", new LayerNorm(config.width(), EPS));
            widen = child("fc1", Linear.of(config.width(), config.intermediateSize()));
            narrow = child("fc2", Linear.of(config.intermediateSize(), config.width()));
        }

        /**
         * @param normalised x after the first norm
         */
        NDArray forward(Pass pass, NDArray x, NDArray normalised, KeyValues keyValues) {
            boolean causal = x.getShape().get(1) > 1;
            NDArray attended = x.add(attention.forward(pass, normalised, keyValues, causal)); // (B, T, W)
            NDArray inner = Torch.relu(widen.forward(pass, norm2.forward(pass, attended))); // (B, T, inner)
            return attended.add(narrow.forward(pass, inner)); // (B, T, W)
        }
    }
}
