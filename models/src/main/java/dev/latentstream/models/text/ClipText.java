package dev.latentstream.models.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.LayerNorm;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import org.jspecify.annotations.Nullable;

/**
 * CLIP's text tower (arXiv 2103.00020), as transformers' {@code CLIPTextModel} and {@code CLIPTextModelWithProjection}: the
 * text encoder of Stable Diffusion and SDXL.
 *
 * <p>Shape letters: B texts, T tokens, D width, P dimension of the embeddings that texts and images share.
 */
final class ClipText extends Layer {
    /** The end token id of older configs, which means: the greatest id of a row is its end. */
    static final int GREATEST = 2;

    /**
     * The sizes of the layers.
     *
     * @param maxPositions the longest text, in tokens
     * @param projectionDim dimension of the embeddings; 0 for a tower without projection
     * @param end id of the token that ends a text
     */
    record Config(int vocabSize, int maxPositions, int projectionDim, int end, ClipTransformer.Config transformer) {
        Config {
            if (vocabSize < 1 || maxPositions < 2 || projectionDim < 0) {
                throw new IllegalArgumentException("vocabulary of %d, %d positions, projection to %d"
                        .formatted(vocabSize, maxPositions, projectionDim));
            }
        }

        /** CLIP ViT-L/14's text tower: Stable Diffusion 1's encoder and SDXL's first. */
        static Config clipL() {
            return of(0, new ClipTransformer.Config(768, 3072, 12, 12, 1e-5, Activation.QUICK_GELU));
        }

        /** OpenCLIP ViT-H/14's text tower with its projection. */
        static Config openClipH() {
            return of(1024, new ClipTransformer.Config(1024, 4096, 24, 16, 1e-5, Activation.GELU));
        }

        /** OpenCLIP ViT-bigG/14's text tower with its projection: SDXL's second encoder. */
        static Config openClipBigG() {
            return of(1280, new ClipTransformer.Config(1280, 5120, 32, 20, 1e-5, Activation.GELU));
        }

        private static Config of(int projectionDim, ClipTransformer.Config transformer) {
            return new Config(49408, 77, projectionDim, 49407, transformer);
        }

        /** Dimension of a text's embedding: P, or D without projection. */
        int pooledWidth() {
            return projectionDim == 0 ? transformer.width() : projectionDim;
        }

        /** The tower alone, cut to its first layers. */
        Config withoutProjection(int depth) {
            return new Config(vocabSize, maxPositions, 0, end, transformer.withDepth(depth));
        }

        /** Part of the ids of models: these words stay, whatever the components are called. */
        String identity() {
            return "Config[words=%s, positions=%s, projection=%s, end=%s, transformer=%s]"
                    .formatted(vocabSize, maxPositions, projectionDim, end, transformer.identity());
        }
    }

    private final Config config;
    private final Tower tower;
    private final @Nullable Linear projection;

    ClipText(Config config) {
        this.config = config;
        tower = child("text_model", new Tower(config));
        projection = config.projectionDim() == 0
                ? null
                : child(
                        "text_projection",
                        Linear.withoutBias(config.transformer().width(), config.projectionDim()));
    }

    Config config() {
        return config;
    }

    /** Tokens (B, T) -> the states of the last two layers, not normalised, both (B, T, D) */
    ClipTransformer.States forward(Pass pass, NDArray tokens) {
        return tower.encoder.causal(pass, tower.embeddings.forward(pass, tokens));
    }

    /** States (B, T, D) of any layer -> with the final norm, (B, T, D) */
    NDArray normalised(Pass pass, NDArray states) {
        return tower.norm.forward(pass, states);
    }

    /**
     * The embeddings of texts.
     *
     * @param tokens (B, T)
     * @param last states (B, T, D) of the last layer, not normalised
     * @return (B, P); without projection (B, D)
     */
    NDArray project(Pass pass, long[][] tokens, NDArray last) {
        NDArray pooled =
                Torch.rows(last.reshape(-1, last.getShape().get(2)), ends(last.getManager(), tokens)); // (B, D)
        NDArray normalised = normalised(pass, pooled); // (B, D)
        return projection == null ? normalised : projection.forward(pass, normalised); // (B, P)
    }

    /** Indices of the texts' ends among all tokens of the batch: (B) */
    private NDArray ends(NDManager manager, long[][] tokens) {
        long[] ends = new long[tokens.length];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = (long) i * tokens[i].length + end(tokens[i]);
        }
        return Torch.indices(manager, ends, ends.length);
    }

    /** The first of several ends; a row without one ends at its first token, as in transformers. */
    private int end(long[] row) {
        int found = 0;
        for (int i = row.length - 1; i >= 0; i--) {
            boolean ends = config.end() == GREATEST ? row[i] >= row[found] : row[i] == config.end();
            found = ends ? i : found;
        }
        return found;
    }

    private static final class Tower extends Layer {
        private final Embeddings embeddings;
        private final ClipTransformer encoder;
        private final LayerNorm norm;

        Tower(Config config) {
            embeddings = child("embeddings", new Embeddings(config));
            encoder = child("encoder", new ClipTransformer(config.transformer()));
            norm = child(
                    "final_layer_norm",
                    new LayerNorm(
                            config.transformer().width(), config.transformer().eps()));
        }
    }

    private static final class Embeddings extends Layer {
        private final Weight words;
        private final Weight positions;

        Embeddings(Config config) {
            long width = config.transformer().width();
            words = weight("token_embedding.weight", Initializer.normal(0.02), config.vocabSize(), width);
            positions = weight("position_embedding.weight", Initializer.normal(0.01), config.maxPositions(), width);
        }

        NDArray forward(Pass pass, NDArray tokens) {
            NDArray x = Torch.embedding(tokens, pass.value(words)); // (B, T, D)
            return x.add(
                    Torch.narrow(pass.value(positions), 0, 0, tokens.getShape().get(1))); // (B, T, D)
        }
    }
}
