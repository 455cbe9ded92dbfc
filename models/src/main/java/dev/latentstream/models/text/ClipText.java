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
 * CLIP's text tower (arXiv 2103.00020), as transformers' {@code CLIPTextModel} and {@code CLIPTextModelWithProjection}: what
 * Stable Diffusion and SDXL read their prompts with.
 *
 * <p>Shape letters: B texts, T tokens, D width, P width of the space that texts and pictures share.
 */
final class ClipText extends Layer {
    /** The number of the end in older configurations, where it means: the greatest number of a row is its end. */
    static final int GREATEST = 2;

    /**
     * What fixes the layers.
     *
     * @param words of the vocabulary
     * @param positions the longest text, in tokens
     * @param projection width of the shared space; 0 for a tower without projection
     * @param end the token that ends a text
     */
    record Config(int words, int positions, int projection, int end, ClipTransformer.Config transformer) {
        Config {
            if (words < 1 || positions < 2 || projection < 0) {
                throw new IllegalArgumentException(
                        "%d words, %d positions, projection to %d".formatted(words, positions, projection));
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

        private static Config of(int projection, ClipTransformer.Config transformer) {
            return new Config(49408, 77, projection, 49407, transformer);
        }

        /** Width of a text's place: P, or D without projection. */
        int placeWidth() {
            return projection == 0 ? transformer.width() : projection;
        }

        /** The tower alone, cut to its first layers. */
        Config withoutProjection(int depth) {
            return new Config(words, positions, 0, end, transformer.withDepth(depth));
        }
    }

    private final Config config;
    private final Tower tower;
    private final @Nullable Linear projection;

    ClipText(Config config) {
        this.config = config;
        tower = child("text_model", new Tower(config));
        projection = config.projection() == 0
                ? null
                : child(
                        "text_projection",
                        Linear.withoutBias(config.transformer().width(), config.projection()));
    }

    Config config() {
        return config;
    }

    /** Tokens (B, T) -> the states of the last two layers, not normalised, both (B, T, D) */
    ClipTransformer.States forward(Pass pass, NDArray tokens) {
        return tower.encoder.causal(pass, tower.embeddings.forward(pass, tokens));
    }

    /** States (B, T, D) of any layer -> normalised as the last one's are, (B, T, D) */
    NDArray normalised(Pass pass, NDArray states) {
        return tower.norm.forward(pass, states);
    }

    /**
     * The place of texts in the shared space.
     *
     * @param tokens (B, T) as they are in memory
     * @param last states (B, T, D) of the last layer, not normalised
     * @return (B, P); without projection (B, D)
     */
    NDArray place(Pass pass, long[][] tokens, NDArray last) {
        NDArray pooled =
                Torch.rows(last.reshape(-1, last.getShape().get(2)), ends(last.getManager(), tokens)); // (B, D)
        NDArray normalised = normalised(pass, pooled); // (B, D)
        return projection == null ? normalised : projection.forward(pass, normalised); // (B, P)
    }

    /** Where each text ends among all tokens of the batch: (B) */
    private NDArray ends(NDManager manager, long[][] tokens) {
        long[] ends = new long[tokens.length];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = (long) i * tokens[i].length + end(tokens[i]);
        }
        return Torch.indices(manager, ends, ends.length);
    }

    /** Of several ends the first; a row without end counts as ended by its first token, as in transformers. */
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
            words = weight("token_embedding.weight", Initializer.normal(0.02), config.words(), width);
            positions = weight("position_embedding.weight", Initializer.normal(0.01), config.positions(), width);
        }

        NDArray forward(Pass pass, NDArray tokens) {
            NDArray x = Torch.embedding(tokens, pass.value(words)); // (B, T, D)
            return x.add(
                    Torch.narrow(pass.value(positions), 0, 0, tokens.getShape().get(1))); // (B, T, D)
        }
    }
}
